using System.Text.Json;
using SkillFactory.Engine.Checkpoints;
using SkillFactory.Primitives.Errors;
using SkillFactory.Tokenization;

namespace SkillFactory.Engine.Models;

/// <summary>What a model is besides its weights: sizes, tokenizer, chat template, end tokens. Immutable; shared by all who use the model.</summary>
public sealed record ModelDefinition(DecoderShape Shape, Tokenizer Tokenizer, ChatTemplate Template, IReadOnlySet<int> StopTokens)
{
    /// <summary>Reads the configuration and tokenizer files of a model folder; the weights need not be there.</summary>
    /// <exception cref="UserErrorException">A file is missing, damaged or unsupported.</exception>
    public static ModelDefinition Load(string folder)
    {
        var config = ModelConfig.Load(Path.Combine(folder, HuggingFaceFolder.ConfigName));
        var (tokenizer, template) = TokenizerFolder.Load(folder);
        var stops = new HashSet<int>(config.EosTokenIds) { template.EndTokenId(tokenizer) };
        var generation = Path.Combine(folder, HuggingFaceFolder.GenerationConfigName);
        if (File.Exists(generation))
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(generation));
            stops.UnionWith(ModelConfig.ReadEos(document.RootElement));
        }

        return new ModelDefinition(DecoderShape.From(config), tokenizer, template, stops);
    }

    /// <summary>Ids of a prompt, ready for the assistant's first token.</summary>
    public int[] EncodePrompt(string? system, string user) => Template.EncodePrompt(Tokenizer, system, user);
}
