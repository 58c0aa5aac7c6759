using System.Text.Json;
using SkillFactory.Engine.Checkpoints;
using SkillFactory.Primitives.Errors;
using SkillFactory.Storage.Safetensors;
using SkillFactory.Tokenization;
using SkillFactory.Tokenization.Templates;

namespace SkillFactory.Engine.Models;

/// <summary>A model without its weights: sizes, tokenizer, chat template and end tokens. Immutable.</summary>
public sealed record ModelDefinition(DecoderShape Shape, Tokenizer Tokenizer, ChatTemplate Template, IReadOnlySet<int> StopTokens)
{
    private static readonly Dictionary<string, string> NoArguments = [];

    /// <summary>The type in which the model's weights are stored, and in which results are written.</summary>
    public TensorType StoredType { get; init; } = TensorType.F32;

    /// <summary>Reads the configuration and tokenizer files of a model folder. The weights are not needed.</summary>
    /// <param name="templateArguments">Values of variables of the chat template, or null.</param>
    /// <exception cref="UserErrorException">A file is missing, damaged or unsupported, or the chat template has no such
    /// variable.</exception>
    public static ModelDefinition Load(string folder, IReadOnlyDictionary<string, string>? templateArguments = null)
    {
        var config = ModelConfig.Load(Path.Combine(folder, HuggingFaceFolder.ConfigName));
        var (tokenizer, template) = TokenizerFolder.Load(folder);
        var stops = new HashSet<int>(config.EosTokenIds) { template.EndTokenId(tokenizer) };
        var generation = Path.Combine(folder, HuggingFaceFolder.GenerationConfigName);
        if (File.Exists(generation))
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(generation));
            stops.UnionWith(ModelConfig.ReadEos(document.RootElement, generation));
        }

        return new ModelDefinition(config.Shape, tokenizer, template.With(templateArguments ?? NoArguments), stops)
        {
            StoredType = config.TensorType,
        };
    }

    /// <summary>A prompt, up to where the model continues.</summary>
    public EncodedPrompt EncodePrompt(string? system, string user) => EncodedPrompt.Of(Template, Tokenizer, system, user);
}
