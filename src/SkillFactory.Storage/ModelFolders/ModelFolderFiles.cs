using System.Text.Json;
using SkillFactory.Primitives.Errors;
using SkillFactory.Primitives.Files;

namespace SkillFactory.Storage.ModelFolders;

/// <summary>The files of a Hugging Face model folder, and the things that people have in place of one. Only names and first bytes are
/// read; the readers of the files check their content.</summary>
public static class ModelFolderFiles
{
    public const string Weights = "model.safetensors";
    private const string Adapter = "adapter_config.json";

    /// <summary>Files that every model has besides its weights.</summary>
    public static IReadOnlyList<string> Required { get; } = ["config.json", "tokenizer.json", "tokenizer_config.json"];

    /// <summary>Files that are used if they are there.</summary>
    public static IReadOnlyList<string> Optional { get; } =
    ["generation_config.json", "special_tokens_map.json", "added_tokens.json", "chat_template.jinja", "vocab.json", "merges.txt"];

    /// <summary>Whether the weights are in several files that an index lists.</summary>
    public static bool IsSharded(string folder) =>
        !File.Exists(Path.Combine(folder, Weights)) && File.Exists(Path.Combine(folder, ShardIndex.FileName));

    /// <summary>Checks that the folder holds a model.</summary>
    /// <exception cref="UserErrorException">The folder or files are missing (the message names all of them), or it holds something else,
    /// such as an adapter or pointers to files; the message says what, and how to get a model.</exception>
    public static void Require(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new UserErrorException(
                File.Exists(folder)
                    ? $"{folder} is a file; expected a Hugging Face model folder"
                    : $"there is no folder {folder}; expected a Hugging Face model folder ({string.Join(", ", Required)}, {Weights})"
                        + NearestTo(folder)
            );
        }

        RefuseAdapter(folder);
        var named = Required.Concat(Optional).Select(name => Path.Combine(folder, name));
        foreach (var path in named.Concat(Files(folder, "*.safetensors*")).Distinct())
        {
            GitLfsPointer.Refuse(path);
        }

        var missing = Required.Where(name => !File.Exists(Path.Combine(folder, name))).ToList();
        if (!File.Exists(Path.Combine(folder, Weights)) && !IsSharded(folder))
        {
            missing.Add($"{Weights} (or {ShardIndex.FileName})");
        }

        if (missing.Count > 0)
        {
            throw new UserErrorException($"model folder '{folder}' lacks {string.Join(", ", missing)}; {Found(folder)}");
        }
    }

    private static string NearestTo(string folder)
    {
        var parent = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        var near = Directory.Exists(parent)
            ? NearestName.Of(
                Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)),
                Directory.EnumerateDirectories(parent).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)
            )
            : null;
        return near is null ? "" : $"; did you mean '{near}'?";
    }

    /// <summary>An adapter changes the weights of another model, so a folder with both leaves open which model is meant.</summary>
    private static void RefuseAdapter(string folder)
    {
        var path = Path.Combine(folder, Adapter);
        if (!File.Exists(path))
        {
            return;
        }

        if (Files(folder, Weights).Any() || IsSharded(folder))
        {
            throw new UserErrorException(
                $"model folder '{folder}' holds both a model and a LoRA adapter ({Adapter}); move one of them into a folder of its own"
            );
        }

        var merged = Path.TrimEndingDirectorySeparator(folder) + "-merged";
        throw new UserErrorException(
            $"model folder '{folder}' holds a LoRA adapter ({Adapter}), not a model. Merge it into its base: "
                + $"python -c \"from peft import AutoPeftModelForCausalLM as M; from transformers import AutoTokenizer as T; "
                + $"M.from_pretrained('{folder}').merge_and_unload().save_pretrained('{merged}'); "
                + $"T.from_pretrained('{BaseOf(path) ?? folder}').save_pretrained('{merged}')\"; then use {merged}"
        );
    }

    /// <summary>The base that an adapter names; null if it names none.</summary>
    private static string? BaseOf(string adapter)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(adapter));
            return document.RootElement.TryGetProperty("base_model_name_or_path", out var name) ? name.GetString() : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>What an incomplete folder holds instead, and what to do with it.</summary>
    private static string Found(string folder)
    {
        if (Files(folder, "*.bin").FirstOrDefault() is { } pickled)
        {
            return $"found {Path.GetFileName(pickled)}: weights in *.bin files are not supported, convert them to safetensors";
        }

        if (Files(folder, "*.gguf").FirstOrDefault() is { } gguf)
        {
            return $"found {Path.GetFileName(gguf)}: GGUF files are not supported, use the model's original folder with safetensors";
        }

        // A run folder has them in checkpoints/SEED/ARM/STAGE, the cache of the hub in snapshots/REVISION.
        var checkpoints = Path.Combine(folder, "checkpoints");
        var models = Directory
            .EnumerateFiles(
                Directory.Exists(checkpoints) ? checkpoints : folder,
                Required[0],
                new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 3 }
            )
            .Select(file => Path.GetDirectoryName(file)!)
            .Where(inner => inner != folder)
            .Order(StringComparer.Ordinal)
            .Take(4)
            .ToList();
        if (models.Count > 0)
        {
            return $"it holds models in {string.Join(", ", models)}";
        }

        var names = Directory.EnumerateFiles(folder).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal).Take(12).ToList();
        return names.Count == 0 ? "it holds no files" : $"found {string.Join(", ", names)}";
    }

    private static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.EnumerateFiles(folder, pattern).Order(StringComparer.Ordinal);
}
