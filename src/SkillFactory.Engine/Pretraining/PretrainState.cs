using System.Text.Json;
using SkillFactory.Core;
using SkillFactory.Engine.Training;
using SkillFactory.Primitives.Errors;
using SkillFactory.Primitives.Files;

namespace SkillFactory.Engine.Pretraining;

/// <summary>The checkpoint of a pretraining run: one file with weights and moments, and a pointer to it that is replaced
/// atomically.</summary>
internal sealed class PretrainState(string folder, string recipeHash)
{
    private const string PointerName = "state.json";

    private string Pointer => Path.Combine(folder, PointerName);

    /// <summary>Whether a run has begun in the model folder.</summary>
    public bool IsBegun => Directory.Exists(folder);

    /// <summary>Whether there is a checkpoint.</summary>
    public bool HasCheckpoint => File.Exists(Pointer);

    /// <summary>Marks the model folder as that of a run.</summary>
    public void Begin() => Directory.CreateDirectory(folder);

    public void Save(Trainer trainer, int step)
    {
        var name = $"step-{step}.safetensors";
        AtomicFile
            .WriteAsync(Path.Combine(folder, name), s =>
            {
                OptimizerFile.Write(s, trainer.Optimizer, recipeHash, withWeights: true);
                return Task.CompletedTask;
            })
            .GetAwaiter()
            .GetResult();
        AtomicFile
            .WriteTextAsync(Pointer, JsonSerializer.Serialize(new Saved(recipeHash, step, name), CoreJson.Options))
            .GetAwaiter()
            .GetResult();
        foreach (var old in Directory.EnumerateFiles(folder, "step-*").Where(f => Path.GetFileName(f) != name))
        {
            File.Delete(old);
        }
    }

    /// <summary>Loads the last checkpoint, if the run has come that far.</summary>
    /// <returns>The step of the checkpoint, or 0.</returns>
    /// <exception cref="UserErrorException">The checkpoint belongs to another recipe.</exception>
    public int Load(Trainer trainer)
    {
        if (!HasCheckpoint)
        {
            return 0;
        }

        var saved = JsonSerializer.Deserialize<Saved>(File.ReadAllText(Pointer), CoreJson.Options)
            ?? throw new UserErrorException($"{Pointer} is empty; delete the folder {folder} to start over");
        if (saved.RecipeHash != recipeHash)
        {
            throw new UserErrorException(
                $"{folder} holds a checkpoint of another recipe; delete the folder, or choose another one with --output"
            );
        }

        OptimizerFile.Load(Path.Combine(folder, saved.File), trainer.Optimizer);
        return saved.Step;
    }

    public void Delete()
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private sealed record Saved(string RecipeHash, int Step, string File);
}
