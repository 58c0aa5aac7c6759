using System.Text.Json;
using SkillFactory.Primitives.Errors;
using SkillFactory.Storage.Safetensors;

namespace SkillFactory.Engine.Checkpoints;

/// <summary>The <c>config.json</c> of a Qwen2-shaped decoder.</summary>
public sealed record ModelConfig
{
    /// <summary>Supported values of <c>model_type</c>.</summary>
    private static IReadOnlyList<string> SupportedTypes { get; } = ["qwen2"];

    private static readonly Dictionary<string, TensorType> StoredTypes = new(StringComparer.Ordinal)
    {
        ["float32"] = TensorType.F32,
        ["bfloat16"] = TensorType.BF16,
        ["float16"] = TensorType.F16,
    };

    public required int VocabSize { get; init; }

    public required int HiddenSize { get; init; }

    public required int Layers { get; init; }

    public required int Heads { get; init; }

    public required int KvHeads { get; init; }

    public required int HeadDim { get; init; }

    public required int IntermediateSize { get; init; }

    public double RmsNormEps { get; init; } = 1e-6;

    public double RopeTheta { get; init; } = 10_000;

    public int MaxPositions { get; init; } = 32_768;

    public bool TiedEmbedding { get; init; }

    /// <summary>Ids of the tokens that end a response; empty if the file names none.</summary>
    public IReadOnlyList<int> EosTokenIds { get; init; } = [];

    /// <summary>Element type of the stored weights, as the file names it ("bfloat16").</summary>
    public string StoredType { get; init; } = "float32";

    /// <summary><see cref="StoredType"/> as safetensors files name it.</summary>
    public TensorType TensorType => StoredTypes[StoredType];

    /// <exception cref="UserErrorException">The file is missing or damaged, the architecture is not supported, or the sizes are
    /// contradictory.</exception>
    public static ModelConfig Load(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return Read(document.RootElement, path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{path}: cannot be read: {error.Message}", error);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            throw new UserErrorException($"{path}: not a config.json: {error.Message}", error);
        }
    }

    /// <summary>Writes the file in the form that Transformers reads.</summary>
    public void Write(Stream stream)
    {
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteStartArray("architectures");
        json.WriteStringValue("Qwen2ForCausalLM");
        json.WriteEndArray();
        json.WriteNumber("attention_dropout", 0.0);
        WriteEos(json, EosTokenIds);
        json.WriteNumber("head_dim", HeadDim);
        json.WriteString("hidden_act", "silu");
        json.WriteNumber("hidden_size", HiddenSize);
        json.WriteNumber("intermediate_size", IntermediateSize);
        json.WriteNumber("max_position_embeddings", MaxPositions);
        json.WriteString("model_type", "qwen2");
        json.WriteNumber("num_attention_heads", Heads);
        json.WriteNumber("num_hidden_layers", Layers);
        json.WriteNumber("num_key_value_heads", KvHeads);
        json.WriteNumber("rms_norm_eps", RmsNormEps);
        json.WriteNumber("rope_theta", RopeTheta);
        json.WriteBoolean("tie_word_embeddings", TiedEmbedding);
        json.WriteString("torch_dtype", StoredType);
        json.WriteBoolean("use_sliding_window", false);
        json.WriteNumber("vocab_size", VocabSize);
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

    /// <summary><c>eos_token_id</c>: a number, a list, or absent.</summary>
    internal static IReadOnlyList<int> ReadEos(JsonElement root) =>
        !Present(root, "eos_token_id", out var eos) ? []
        : eos.ValueKind == JsonValueKind.Array ? [.. eos.EnumerateArray().Select(e => e.GetInt32())]
        : [eos.GetInt32()];

    private static ModelConfig Read(JsonElement root, string path)
    {
        var type = Present(root, "model_type", out var found) ? found.GetString()! : "(none)";
        if (!SupportedTypes.Contains(type))
        {
            throw new UserErrorException($"{path}: model_type '{type}' is not supported; supported: {string.Join(", ", SupportedTypes)}");
        }

        var heads = Size(root, "num_attention_heads", path);
        var hidden = Size(root, "hidden_size", path);
        var config = new ModelConfig
        {
            VocabSize = Size(root, "vocab_size", path),
            HiddenSize = hidden,
            Layers = Size(root, "num_hidden_layers", path),
            Heads = heads,
            KvHeads = Size(root, "num_key_value_heads", path, heads),
            HeadDim = Size(root, "head_dim", path, hidden / heads),
            IntermediateSize = Size(root, "intermediate_size", path),
            RmsNormEps = Present(root, "rms_norm_eps", out var eps) ? eps.GetDouble() : 1e-6,
            RopeTheta = ReadRopeTheta(root, path),
            MaxPositions = Size(root, "max_position_embeddings", path, 32_768),
            TiedEmbedding = Present(root, "tie_word_embeddings", out var tied) && tied.GetBoolean(),
            EosTokenIds = ReadEos(root),
            StoredType = Present(root, "torch_dtype", out var dtype) || Present(root, "dtype", out dtype) ? dtype.GetString()! : "float32",
        };
        Check(root, config, path);
        return config;
    }

    private static void Check(JsonElement root, ModelConfig config, string path)
    {
        if (!Present(root, "head_dim", out _) && config.HiddenSize % config.Heads != 0)
        {
            throw new UserErrorException(
                $"{path}: hidden_size {config.HiddenSize} is not a multiple of num_attention_heads {config.Heads}"
            );
        }

        if (config.Heads % config.KvHeads != 0)
        {
            throw new UserErrorException(
                $"{path}: num_attention_heads {config.Heads} is not a multiple of num_key_value_heads {config.KvHeads}"
            );
        }

        if (!StoredTypes.ContainsKey(config.StoredType))
        {
            throw new UserErrorException(
                $"{path}: torch_dtype '{config.StoredType}' is not supported; expected {string.Join(", ", StoredTypes.Keys)}"
            );
        }

        if (config.HeadDim % 2 != 0)
        {
            throw new UserErrorException($"{path}: head_dim is {config.HeadDim}; rotary positions need an even number");
        }

        if (Present(root, "hidden_act", out var act) && act.GetString() != "silu")
        {
            throw new UserErrorException($"{path}: hidden_act '{act.GetString()}' is not supported; expected 'silu'");
        }

        if (Present(root, "use_sliding_window", out var sliding) && sliding.GetBoolean())
        {
            throw new UserErrorException($"{path}: use_sliding_window is true; sliding windows are not supported");
        }
    }

    /// <summary>Transformers 5 stores theta in rope_parameters, earlier versions at the top level.</summary>
    private static double ReadRopeTheta(JsonElement root, string path)
    {
        foreach (var name in (string[])["rope_scaling", "rope_parameters"])
        {
            if (
                Present(root, name, out var rope)
                && (Present(rope, "rope_type", out var kind) || Present(rope, "type", out kind))
                && kind.GetString() != "default"
            )
            {
                throw new UserErrorException($"{path}: {name} '{kind.GetString()}' is not supported; expected 'default'");
            }
        }

        return
            Present(root, "rope_theta", out var theta)
            || (Present(root, "rope_parameters", out var parameters) && Present(parameters, "rope_theta", out theta))
            ? theta.GetDouble()
            : 10_000;
    }

    private static int Size(JsonElement root, string name, string path, int? fallback = null)
    {
        if (!Present(root, name, out var value))
        {
            return fallback ?? throw new UserErrorException($"{path}: '{name}' is missing");
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var size) && size > 0
            ? size
            : throw new UserErrorException($"{path}: '{name}' is {value.GetRawText()}; expected a whole number above 0");
    }

    private static bool Present(JsonElement root, string name, out JsonElement value) =>
        root.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;
}
