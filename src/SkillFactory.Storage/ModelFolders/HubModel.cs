using System.Text.RegularExpressions;

namespace SkillFactory.Storage.ModelFolders;

/// <summary>Recognises a model's name on the Hugging Face hub ("Qwen/Qwen2.5-1.5B", or its address) where a folder is expected. A run
/// never downloads a model.</summary>
public static partial class HubModel
{
    /// <summary>Folders that models are kept in, which are no owners of models on the hub.</summary>
    private static readonly string[] LocalFolders = ["models", "checkpoints", "runs"];

    /// <summary>The name on the hub that a path was meant as; null if it exists or looks like a path.</summary>
    /// <param name="path">As it was written, relative to <paramref name="folder"/>, or absolute.</param>
    /// <param name="folder">The folder that relative paths start from.</param>
    public static string? NameOf(string path, string folder)
    {
        var written = Path.GetRelativePath(folder, Path.Combine(folder, path)).Replace('\\', '/');
        if (Path.Exists(Path.Combine(folder, path)))
        {
            return null;
        }

        var address = AddressPattern().Match(written);
        return address.Success ? address.Groups["name"].Value
            : NamePattern().IsMatch(written) && !IsLocal(written.Split('/')[0], folder) ? written
            : null;
    }

    /// <summary>What is wrong with a model's name on the hub, and the command that downloads it.</summary>
    /// <param name="folder">The folder that relative paths start from.</param>
    public static string Advice(string name, string folder)
    {
        var target = $"models/{name.Split('/')[^1]}";
        var relative = Path.GetRelativePath(folder, Path.GetFullPath(target)).Replace('\\', '/');
        return $"'{name}' is the name of a model on the Hugging Face hub; expected a folder. "
            + $"Download it with 'skillfactory pull {name} --output {target}', then name the folder {relative}";
    }

    private static bool IsLocal(string owner, string folder) =>
        LocalFolders.Contains(owner) || Directory.Exists(owner) || Directory.Exists(Path.Combine(folder, owner));

    [GeneratedRegex(@"^[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*$")]
    private static partial Regex NamePattern();

    /// <summary>Paths lose one of the two slashes after the scheme.</summary>
    [GeneratedRegex(@"^(?:https?:/+(?:www\.)?(?:huggingface\.co|hf\.co)|hf:)/+(?<name>[\w.-]+/[\w.-]+)")]
    private static partial Regex AddressPattern();
}
