using SkillFactory.Core.Recipes.Rules;
using SkillFactory.Core.Tasks;
using SkillFactory.Data.RecipeInputs;
using SkillFactory.Engine.Checkpoints;
using SkillFactory.Engine.Devices;
using SkillFactory.Engine.Models;
using SkillFactory.Engine.Native;
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

        CheckDevice(located);
        PhraseFiles.Check(located.Recipe);
        var notes = RecipeQuestions.Check(located, TaskRegistry.Get);
        new LengthCheck(located, TaskRegistry.Get, folder => models[folder]).Check();
        return notes;
    }

    /// <summary>A CPU is always there, and loading libtorch for it takes time.</summary>
    private static void CheckDevice(LocatedRecipe located)
    {
        var device = DeviceSpec.Parse(located.Recipe.Device);
        if (device.IsCpu)
        {
            return;
        }

        try
        {
            TorchLibrary.Use(device);
        }
        catch (UserErrorException e)
        {
            throw located.Places.Error("device", e.Message);
        }
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
