using SkillFactory.Primitives.Errors;
using SkillFactory.Storage.Safetensors;

namespace SkillFactory.Storage.ModelFolders;

/// <summary>The weights of a checkpoint: one safetensors file, or the shards that an index lists. Opening checks all headers.</summary>
public sealed class WeightFiles : IDisposable
{
    private readonly List<SafetensorsReader> _files = [];
    private readonly Dictionary<string, SafetensorsReader> _fileOf = new(StringComparer.Ordinal);

    private WeightFiles(string path) => Path = path;

    /// <summary>The file or folder that was opened.</summary>
    public string Path { get; }

    /// <summary>Names of all tensors.</summary>
    public IReadOnlyCollection<string> Names => _fileOf.Keys;

    /// <summary>Opens the weights.</summary>
    /// <param name="path">A safetensors file, or a model folder.</param>
    /// <exception cref="UserErrorException">A file is missing or damaged, or the index and the files contradict each other.</exception>
    public static WeightFiles Open(string path)
    {
        var files = new WeightFiles(path);
        try
        {
            if (!Directory.Exists(path))
            {
                files.AddAll(path);
            }
            else if (ModelFolderFiles.IsSharded(path))
            {
                files.AddShards(path);
            }
            else
            {
                files.AddAll(System.IO.Path.Combine(path, ModelFolderFiles.Weights));
            }

            return files;
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    /// <summary>The file that holds a tensor; null if none does.</summary>
    public SafetensorsReader? Find(string name) => _fileOf.GetValueOrDefault(name);

    public void Dispose() => _files.ForEach(f => f.Dispose());

    private void AddAll(string path)
    {
        var file = Add(path);
        foreach (var name in file.Tensors.Keys)
        {
            _fileOf.Add(name, file);
        }
    }

    private void AddShards(string folder)
    {
        foreach (var shard in ShardIndex.Read(folder).GroupBy(e => e.Value, e => e.Key))
        {
            var file = Add(System.IO.Path.Combine(folder, shard.Key));
            foreach (var name in shard)
            {
                if (!file.Tensors.ContainsKey(name))
                {
                    throw ShardIndex.MissingTensor(folder, name, shard.Key);
                }

                _fileOf.Add(name, file);
            }
        }
    }

    private SafetensorsReader Add(string path)
    {
        var file = new SafetensorsReader(path);
        _files.Add(file);
        return file;
    }
}
