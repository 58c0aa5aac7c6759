using System.Text.Json;
using SkillFactory.Engine.Models;
using SkillFactory.Primitives.Errors;
using SkillFactory.Primitives.Files;
using SkillFactory.Storage.ModelFolders;
using SkillFactory.Storage.Safetensors;
using SkillFactory.Tokenization;
using SkillFactory.Tokenization.Templates;

namespace SkillFactory.Engine.Checkpoints;

/// <summary>
/// A Hugging Face model folder: <c>config.json</c>, tokenizer files, and weights in <c>model.safetensors</c> or in the shards that
/// <c>model.safetensors.index.json</c> lists. Opening it checks everything but the values of the weights.
/// </summary>
public sealed class HuggingFaceFolder : IDisposable
{
    public const string ConfigName = "config.json";
    public const string GenerationConfigName = "generation_config.json";
    public const string WeightsName = ModelFolderFiles.Weights;

    private WeightFiles? _weights;

    private HuggingFaceFolder(string path, ModelConfig config, Tokenizer tokenizer, ChatTemplate template)
    {
        (Path, Config, Tokenizer, ChatTemplate) = (path, config, tokenizer, template);
        EosTokenIds = ReadGenerationEos() is { Count: > 0 } eos ? eos : config.EosTokenIds;
    }

    public string Path { get; }

    public ModelConfig Config { get; }

    public Tokenizer Tokenizer { get; }

    public ChatTemplate ChatTemplate { get; }

    /// <summary>Ids of the tokens that end a response: those of <c>generation_config.json</c>, else those of <c>config.json</c>; possibly
    /// none.</summary>
    public IReadOnlyList<int> EosTokenIds { get; }

    /// <summary>Names of all tensors.</summary>
    public IReadOnlyCollection<string> Names => _weights!.Names;

    /// <exception cref="UserErrorException">Files are missing (the message names all of them), damaged, unsupported or
    /// contradictory.</exception>
    public static HuggingFaceFolder Open(string path)
    {
        ModelFolderFiles.Require(path);
        var (tokenizer, template) = TokenizerFolder.Load(path);
        var folder = new HuggingFaceFolder(path, ModelConfig.Load(System.IO.Path.Combine(path, ConfigName)), tokenizer, template);
        try
        {
            folder.CheckIds();
            folder.CheckTemplate();
            folder._weights = WeightFiles.Open(path);
            return folder;
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Writes <c>config.json</c> and <c>generation_config.json</c>.</summary>
    public static async Task WriteConfigAsync(string path, ModelConfig config, CancellationToken cancellationToken = default)
    {
        using var content = new MemoryStream();
        config.Write(content);
        await AtomicFile.WriteAsync(
            System.IO.Path.Combine(path, ConfigName),
            file => file.WriteAsync(content.ToArray(), cancellationToken).AsTask(),
            cancellationToken
        );
        using var generation = new MemoryStream();
        using (var json = new Utf8JsonWriter(generation, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            ModelConfig.WriteEos(json, config.EosTokenIds);
            json.WriteEndObject();
        }

        await AtomicFile.WriteAsync(
            System.IO.Path.Combine(path, GenerationConfigName),
            file => file.WriteAsync(generation.ToArray(), cancellationToken).AsTask(),
            cancellationToken
        );
    }

    /// <summary>The entry of a tensor.</summary>
    /// <exception cref="UserErrorException">The tensor does not exist.</exception>
    public TensorEntry this[string name] => FileOf(name).Tensors[name];

    /// <summary>Checks that the weights are exactly those that a model needs, in a supported type.</summary>
    /// <param name="needed">Names and shapes.</param>
    /// <exception cref="UserErrorException">A tensor is missing, has another shape or type, or is not part of the model.</exception>
    public void Require(IEnumerable<(string Name, IReadOnlyList<long> Shape)> needed)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, shape) in needed)
        {
            names.Add(name);
            var found = this[name];
            if (!found.Shape.SequenceEqual(shape))
            {
                throw new UserErrorException(
                    $"{FileOf(name).Path}: tensor '{name}' has shape {TensorEntry.Describe(found.Shape)}; "
                        + $"{ConfigName} requires {TensorEntry.Describe(shape)}"
                );
            }

            if (!SafetensorsReader.IsFloat(found.Type))
            {
                throw new UserErrorException($"{FileOf(name).Path}: tensor '{name}' has type {found.Type}; expected F32, F16 or BF16");
            }
        }

        // Some files repeat a tied head, and older ones store rotary tables, which follow from the configuration.
        var surplus = Names.FirstOrDefault(n =>
            !names.Contains(n)
            && !(n == DecoderParameters.Head && Config.Shape.TiedEmbedding)
            && !n.EndsWith(".rotary_emb.inv_freq", StringComparison.Ordinal)
        );
        if (surplus is not null)
        {
            throw new UserErrorException(
                $"{FileOf(surplus).Path}: tensor '{surplus}' is not part of the model that {ConfigName} describes"
            );
        }
    }

    /// <summary>Checks that all weights are finite. Reads all of them.</summary>
    /// <exception cref="UserErrorException">A tensor holds NaN or infinity; the message names it.</exception>
    public void RequireFinite()
    {
        foreach (var name in Names.Where(name => SafetensorsReader.IsFloat(this[name].Type)).Order(StringComparer.Ordinal))
        {
            FileOf(name).RequireFinite(name);
        }
    }

    /// <summary>Checks that a head which is stored although it is tied is the embedding. Reads both.</summary>
    /// <exception cref="UserErrorException">The two differ.</exception>
    public void RequireTiedHead()
    {
        const int Chunk = 1 << 20;
        if (!Config.Shape.TiedEmbedding || !Names.Contains(DecoderParameters.Head))
        {
            return;
        }

        var (head, embedding) = (this[DecoderParameters.Head], this[DecoderParameters.Embedding]);
        var same = head.Type == embedding.Type && head.Shape.SequenceEqual(embedding.Shape);
        var (left, right) = (new byte[Chunk], new byte[Chunk]);
        for (long at = 0; same && at < head.Length; at += Chunk)
        {
            var count = (int)Math.Min(Chunk, head.Length - at);
            FileOf(head.Name).ReadBytes(head.Name, at, left.AsSpan(0, count));
            FileOf(embedding.Name).ReadBytes(embedding.Name, at, right.AsSpan(0, count));
            same = left.AsSpan(0, count).SequenceEqual(right.AsSpan(0, count));
        }

        if (!same)
        {
            throw new UserErrorException(
                $"{FileOf(head.Name).Path}: tensor '{head.Name}' differs from '{embedding.Name}', but {ConfigName} ties them; "
                    + "set tie_word_embeddings to false, or remove the tensor"
            );
        }
    }

    /// <summary>Reads a tensor as floats.</summary>
    /// <exception cref="UserErrorException">The tensor does not exist or has another type, or its file ends early.</exception>
    public void ReadInto(string name, Span<float> destination) => FileOf(name).ReadInto(name, 0, destination);

    public void Dispose() => _weights?.Dispose();

    private IReadOnlyList<int> ReadGenerationEos()
    {
        var file = System.IO.Path.Combine(Path, GenerationConfigName);
        if (!File.Exists(file))
        {
            return [];
        }

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(file));
            return ModelConfig.ReadEos(document.RootElement, file);
        }
        catch (JsonException error)
        {
            throw new UserErrorException($"{file}: not a generation_config.json: {error.Message}", error);
        }
    }

    private void CheckIds()
    {
        if (Tokenizer.VocabSize > Config.Shape.VocabSize)
        {
            throw new UserErrorException(
                $"{Path}: {TokenizerFolder.TokenizerFileName} has ids up to {Tokenizer.VocabSize - 1}, "
                    + $"{ConfigName} a vocab_size of {Config.Shape.VocabSize}; they belong to different models"
            );
        }

        if (TokenizerFolder.FindContradiction(Path, Tokenizer) is { } contradiction)
        {
            throw new UserErrorException(contradiction);
        }

        foreach (var eos in EosTokenIds)
        {
            if (Tokenizer.TokenToString(eos) is null)
            {
                throw new UserErrorException($"{Path}: eos_token_id {eos} names no token of {TokenizerFolder.TokenizerFileName}");
            }
        }
    }

    /// <summary>Renders a question, so that a template that is not supported is refused before a run rather than in its first
    /// stage.</summary>
    private void CheckTemplate()
    {
        ChatTemplate.RenderPrompt(system: null, "hello");
        ChatTemplate.EndTokenId(Tokenizer);
    }

    private SafetensorsReader FileOf(string name) =>
        _weights!.Find(name) ?? throw new UserErrorException($"model folder '{Path}' has no tensor '{name}', which {ConfigName} requires");
}
