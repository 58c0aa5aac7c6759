using System.Text.Json;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Storage.ModelFolders;

/// <summary>The index of a sharded checkpoint, <c>model.safetensors.index.json</c>: which file of the folder holds which tensor.</summary>
public static class ShardIndex
{
    public const string FileName = "model.safetensors.index.json";

    /// <summary>Reads the index of a model folder.</summary>
    /// <param name="folder">The model folder.</param>
    /// <returns>File names by tensor name.</returns>
    /// <exception cref="UserErrorException">The index is missing or damaged, or names a file outside the folder.</exception>
    public static IReadOnlyDictionary<string, string> Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            var map = document.RootElement.GetProperty("weight_map").EnumerateObject().ToDictionary(e => e.Name, e => e.Value.GetString()!);
            var outside = map.Values.Where(f => string.IsNullOrEmpty(f) || f != Path.GetFileName(f)).ToList();
            return outside.Count > 0
                ? throw new UserErrorException($"{path}: '{outside[0]}' is not the name of a file in the folder")
                : map;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{path}: cannot be read: {error.Message}", error);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException or ArgumentException)
        {
            throw new UserErrorException($"{path}: not an index of weights: {error.Message}", error);
        }
    }

    /// <summary>The error for a tensor that the index places in a file without it.</summary>
    /// <param name="folder">The model folder.</param>
    public static UserErrorException MissingTensor(string folder, string tensor, string file) =>
        new($"{Path.Combine(folder, FileName)}: tensor '{tensor}' should be in '{file}', which does not have it");
}
