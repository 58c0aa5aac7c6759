using SkillFactory.Core.Recipes.Rules;
using SkillFactory.Core.Tasks;
using SkillFactory.Data.RecipeInputs;
using SkillFactory.Engine.Checkpoints;
using SkillFactory.Engine.Devices;
using SkillFactory.Engine.Models;
using SkillFactory.Engine.Native;
using SkillFactory.Primitives.Errors;
using SkillFactory.Storage.ModelFolders;

namespace SkillFactory.Cli.Running;

/// <summary>Checks all that is known before a run starts.</summary>
internal static class RecipeCheck
{
    /// <param name="located">The recipe.</param>
    /// <param name="folder">The folder that the recipe's relative paths started from.</param>
    /// <returns>What the user should know about the recipe's data files, as lines of text.</returns>
    /// <exception cref="UserErrorException">A check fails.</exception>
    public static IReadOnlyList<string> Run(LocatedRecipe located, string folder)
    {
        var models = new Dictionary<string, ModelLimits>(StringComparer.Ordinal)
        {
            [located.Recipe.Model] = Limits(WithArguments(located, Open("model", located.Recipe.Model, folder))),
        };
        foreach (var model in ImportedFiles.ModelsOf(located.Recipe))
        {
            models.TryAdd(model, Limits(Open("sampling.model", model, folder)));
        }

        CheckDevice(located);
        PhraseFiles.Check(located.Recipe);
        var notes = RecipeQuestions.Check(located, TaskRegistry.Get);
        new LengthCheck(located, TaskRegistry.Get, model => models[model]).Check();
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

    private static ModelDefinition Open(string key, string path, string folder)
    {
        if (HubModel.NameOf(path, folder) is { } name)
        {
            throw new UserErrorException($"{key}: {HubModel.Advice(name, folder)}");
        }

        try
        {
            using (var model = HuggingFaceFolder.Open(path))
            {
                model.Require(DecoderParameters.Tensors(model.Config.Shape).Select(t => (t.Name, (IReadOnlyList<long>)t.Shape)));
                model.RequireFinite();
                model.RequireTiedHead();
            }

            return ModelDefinition.Load(path);
        }
        catch (UserErrorException e)
        {
            throw new UserErrorException($"{key}: {e.Message}{WhereItIs(path, folder)}", e);
        }
    }

    /// <summary>Where a model is that was named from the current folder; otherwise, where the paths of a recipe start.</summary>
    private static string WhereItIs(string path, string folder)
    {
        if (Path.Exists(path) || Path.GetFullPath(".") == Path.GetFullPath(folder))
        {
            return "";
        }

        var here = Path.GetFullPath(Path.GetRelativePath(folder, path));
        return $" (paths in a recipe start from its folder, {folder}"
            + (Directory.Exists(here) ? $"; for {here}, write {Path.GetRelativePath(folder, here).Replace('\\', '/')})" : ")");
    }

    private static ModelDefinition WithArguments(LocatedRecipe located, ModelDefinition model)
    {
        try
        {
            return located.Recipe.TemplateArguments is { } arguments ? model with { Template = model.Template.With(arguments) } : model;
        }
        catch (UserErrorException e)
        {
            throw located.Places.Error("templateArguments", e.Message);
        }
    }

    private static ModelLimits Limits(ModelDefinition model) =>
        new(
            model.Shape.MaxPositions,
            (system, user) => model.Template.Render(system, user, addGenerationPrompt: true),
            text => model.Tokenizer.Encode(text).Length
        );
}
