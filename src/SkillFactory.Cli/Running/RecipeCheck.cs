using SkillFactory.Core.Recipes.Rules;
using SkillFactory.Core.Tasks;
using SkillFactory.Data.RecipeInputs;
using SkillFactory.Engine.Checkpoints;
using SkillFactory.Engine.Models;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Cli.Running;

/// <summary>Checks all that is known before a run starts.</summary>
internal static class RecipeCheck
{
    /// <returns>What the user should know about the recipe's data files, as lines of text.</returns>
    /// <exception cref="UserErrorException">A check fails.</exception>
    public static IReadOnlyList<string> Run(LocatedRecipe located)
    {
        var models = new Dictionary<string, ModelLimits>(StringComparer.Ordinal)
        {
            [located.Recipe.Model] = Open("model", located.Recipe.Model),
        };
        foreach (var folder in ImportedFiles.ModelsOf(located.Recipe))
        {
            models.TryAdd(folder, Open("sampling.model", folder));
        }

        PhraseFiles.Check(located.Recipe);
        var notes = RecipeQuestions.Check(located, TaskRegistry.Get);
        new LengthCheck(located, TaskRegistry.Get, folder => models[folder]).Check();
        return notes;
    }

    private static ModelLimits Open(string key, string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new UserErrorException($"{key}: there is no folder {folder}; expected a Hugging Face model folder");
        }

        using (var model = HuggingFaceFolder.Open(folder))
        {
            model.Require(new ParameterLayout(DecoderShape.From(model.Config)).Slots.Select(s => (s.Name, (IReadOnlyList<long>)s.Shape)));
        }

        var definition = ModelDefinition.Load(folder);
        return new ModelLimits(
            definition.Shape.MaxPositions,
            (system, user) => definition.Template.Render(system, user, addGenerationPrompt: true),
            text => definition.Tokenizer.Encode(text).Length
        );
    }
}
