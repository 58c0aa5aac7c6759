using System.Text.Json;
using SkillFactory.Engine.Models;
using SkillFactory.Primitives.Errors;
using SkillFactory.Storage.Safetensors;

namespace SkillFactory.Engine.Checkpoints;

/// <summary>What a <c>config.json</c> says of a model: its description, its end tokens and the type of its weights.</summary>
public sealed record ModelConfig
{
    private static readonly Dictionary<string, TensorType> StoredTypes = new(StringComparer.Ordinal)
    {
        ["float32"] = TensorType.F32,
        ["bfloat16"] = TensorType.BF16,
        ["float16"] = TensorType.F16,
    };

    public required DecoderShape Shape { get; init; }

    /// <summary>Ids of the tokens that end a response; empty if the file names none.</summary>
    public IReadOnlyList<int> EosTokenIds { get; init; } = [];

    /// <summary>Element type of the stored weights, as the file names it ("bfloat16").</summary>
    public string StoredType { get; init; } = "float32";

    /// <summary><see cref="StoredType"/> as safetensors files name it.</summary>
    public TensorType TensorType => StoredTypes[StoredType];

    /// <exception cref="UserErrorException">The file is missing or damaged, its fields contradict each other, or one of them is unknown or
    /// asks for something that is not supported.</exception>
    public static ModelConfig Load(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return Read(new ConfigFields(document.RootElement, path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{path}: cannot be read: {error.Message}", error);
        }
        catch (Exception error) when (error is JsonException)
        {
            throw new UserErrorException($"{path}: not a config.json: {error.Message}", error);
        }
    }

    /// <summary>Writes the file of a new model, whose description has the defaults of Qwen2, as Transformers reads it. A model that was
    /// loaded keeps its file.</summary>
    public void Write(Stream stream)
    {
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteStartArray("architectures");
        json.WriteStringValue("Qwen2ForCausalLM");
        json.WriteEndArray();
        json.WriteNumber("attention_dropout", 0.0);
        WriteEos(json, EosTokenIds);
        json.WriteNumber("head_dim", Shape.HeadDim);
        json.WriteString("hidden_act", "silu");
        json.WriteNumber("hidden_size", Shape.HiddenSize);
        json.WriteNumber("intermediate_size", Shape.IntermediateSize);
        json.WriteNumber("max_position_embeddings", Shape.MaxPositions);
        json.WriteString("model_type", "qwen2");
        json.WriteNumber("num_attention_heads", Shape.Heads);
        json.WriteNumber("num_hidden_layers", Shape.Layers);
        json.WriteNumber("num_key_value_heads", Shape.KvHeads);
        json.WriteNumber("rms_norm_eps", Shape.RmsNormEps);
        json.WriteNumber("rope_theta", Shape.RopeTheta);
        json.WriteBoolean("tie_word_embeddings", Shape.TiedEmbedding);
        json.WriteString("torch_dtype", StoredType);
        json.WriteBoolean("use_sliding_window", false);
        json.WriteNumber("vocab_size", Shape.VocabSize);
        json.WriteEndObject();
    }

    internal static void WriteEos(Utf8JsonWriter json, IReadOnlyList<int> ids)
    {
        if (ids.Count == 1)
        {
            json.WriteNumber("eos_token_id", ids[0]);
        }
        else if (ids.Count > 1)
        {
            json.WriteStartArray("eos_token_id");
            foreach (var id in ids)
            {
                json.WriteNumberValue(id);
            }

            json.WriteEndArray();
        }
    }

    /// <summary><c>eos_token_id</c> of another file: a number, a list, or absent.</summary>
    /// <exception cref="UserErrorException">It is something else.</exception>
    internal static IReadOnlyList<int> ReadEos(JsonElement root, string path) => new ConfigFields(root, path).Ids("eos_token_id");

    private static ModelConfig Read(ConfigFields fields)
    {
        var family = Family(fields);
        var config = new ModelConfig
        {
            Shape = LayerWindows.Read(fields, family, RopeFields.Read(fields, family, Sizes(fields, family))),
            EosTokenIds = fields.Ids("eos_token_id"),
            StoredType = ReadStoredType(fields),
        };
        KnownFields.RefuseOthers(fields, family.Type);
        return config;
    }

    private static ModelFamily Family(ConfigFields fields)
    {
        var supported = string.Join(", ", ModelFamily.All.Select(f => f.Type));
        var type = fields.Text("model_type")
            ?? throw new UserErrorException($"{fields.Path}: 'model_type' is missing; supported: {supported}");
        var family = ModelFamily.All.FirstOrDefault(f => f.Type == type) ?? throw fields.Wrong("model_type", $"supported: {supported}");
        return fields.Texts("architectures") is { Count: > 0 } architectures && !architectures.Contains(family.Architecture)
            ? throw fields.Wrong("architectures", $"a {type} model that continues text is {family.Architecture}")
            : family;
    }

    private static DecoderShape Sizes(ConfigFields fields, ModelFamily family)
    {
        var (hidden, heads) = (fields.Size("hidden_size"), fields.Size("num_attention_heads"));
        if (fields.Text("hidden_act") is not (null or "silu" or "swish"))
        {
            throw fields.Wrong("hidden_act", "supported: silu");
        }

        var bias = fields.Flag("attention_bias", !family.BiasField);
        if (!family.BiasField && !bias)
        {
            throw fields.Wrong("attention_bias", $"the projections to queries, keys and values of {family.Type} models have biases");
        }

        var shape = new DecoderShape
        {
            VocabSize = fields.Size("vocab_size"),
            HiddenSize = hidden,
            Layers = fields.Size("num_hidden_layers"),
            Heads = heads,
            KvHeads = fields.Size("num_key_value_heads", family.KvHeads ?? heads),
            HeadDim = fields.Size("head_dim", family.HeadDim ?? (hidden / heads)),
            IntermediateSize = fields.Size("intermediate_size"),
            RmsNormEps = fields.Number("rms_norm_eps", family.RmsNormEps),
            MaxPositions = fields.Size("max_position_embeddings", family.MaxPositions),
            TiedEmbedding = fields.Flag("tie_word_embeddings", false),
            Norms = family.Norms,
            QueryKeyNorm = family.QueryKeyNorm,
            QkvBias = bias,
            OutputBias = bias && family.BiasField,
            MlpBias = family.MlpBiasField && fields.Flag("mlp_bias", false),
        };
        return !fields.Has("head_dim") && family.HeadDim is null && hidden % heads != 0
                ? throw fields.Wrong("hidden_size", $"expected a multiple of num_attention_heads, {heads}")
            : heads % shape.KvHeads != 0
                ? throw fields.Wrong("num_attention_heads", $"expected a multiple of num_key_value_heads, {shape.KvHeads}")
            : shape.HeadDim % 2 != 0
                ? throw new UserErrorException($"{fields.Path}: head_dim is {shape.HeadDim}; rotary positions need an even number")
            : shape;
    }

    private static string ReadStoredType(ConfigFields fields)
    {
        var (older, newer) = (fields.Text("torch_dtype"), fields.Text("dtype"));
        var name = newer is null ? "torch_dtype" : "dtype";
        var type = newer ?? older ?? "float32";
        return older is not null && newer is not null && older != newer
                ? throw fields.Wrong("dtype", $"'torch_dtype' is \"{older}\"; expected the same")
            : StoredTypes.ContainsKey(type) ? type
            : throw fields.Wrong(name, $"supported: {string.Join(", ", StoredTypes.Keys)}");
    }
}
