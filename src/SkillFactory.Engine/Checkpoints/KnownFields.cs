using System.Text.Json;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Engine.Checkpoints;

/// <summary>
/// What becomes of the fields of <c>config.json</c> that a family does not read: those without effect on what the model computes are passed
/// over, those of features that are not supported must say that the feature is off, and all others are refused, because what they
/// change is not known.
/// </summary>
internal static class KnownFields
{
    /// <summary>Names that tools write for themselves begin with these.</summary>
    private static readonly string[] ToolPrefixes = ["_", "unsloth_"];

    /// <summary>Fields without effect on logits and gradients: where a model comes from, how it was initialised, how Transformers runs it,
    /// what it samples with by default, and labels of other tasks.</summary>
    private static readonly HashSet<string> NoEffect =
    [
        .. Words("name_or_path transformers_version tokenizer_class is_llama_config transformers.js_config use_cache torchscript"),
        .. Words("use_bfloat16 tf_legacy_loss return_dict use_return_dict output_attentions output_hidden_states output_scores"),
        .. Words("return_dict_in_generate attn_implementation cache_implementation keys_to_ignore_at_inference initializer_range"),
        .. Words("pretraining_tp gradient_checkpointing chunk_size_feed_forward is_decoder bos_token_id pad_token_id sep_token_id"),
        .. Words("decoder_start_token_id forced_bos_token_id forced_eos_token_id begin_suppress_tokens suppress_tokens bad_words_ids"),
        .. Words("exponential_decay_length_penalty max_length min_length do_sample early_stopping num_beams num_beam_groups"),
        .. Words("diversity_penalty temperature top_k top_p typical_p repetition_penalty length_penalty no_repeat_ngram_size"),
        .. Words("encoder_no_repeat_ngram_size num_return_sequences remove_invalid_values id2label label2id num_labels problem_type"),
        .. Words("finetuning_task task_specific_params prefix model_max_length tokenizer_model_max_length tokenizer_padding_side"),
    ];

    /// <summary>Features that are not supported, the value that says they are off, and their name.</summary>
    private static readonly Dictionary<string, (string Off, string Feature)> MustBeOff = new(StringComparer.Ordinal)
    {
        ["attention_dropout"] = ("0", "dropout in training"),
        ["hidden_dropout"] = ("0", "dropout in training"),
        ["hidden_dropout_prob"] = ("0", "dropout in training"),
        ["attention_probs_dropout_prob"] = ("0", "dropout in training"),
        ["embd_pdrop"] = ("0", "dropout in training"),
        ["resid_pdrop"] = ("0", "dropout in training"),
        ["neftune_noise_alpha"] = ("0", "noise on embeddings in training"),
        ["is_causal"] = ("true", "attention to later positions"),
        ["is_encoder_decoder"] = ("false", "an encoder"),
        ["add_cross_attention"] = ("false", "cross-attention"),
        ["tie_encoder_decoder"] = ("false", "an encoder"),
        ["pruned_heads"] = ("{}", "pruned heads"),
        ["partial_rotary_factor"] = ("1", "rotary positions on a part of each head"),
        ["rope_interleaved"] = ("false", "rotary positions on neighbouring components"),
        ["qk_layer_norms"] = ("false", "another norm of queries and keys"),
        ["use_resampler"] = ("false", "images"),
        ["num_experts"] = ("0", "a mixture of experts"),
        ["num_local_experts"] = ("0", "a mixture of experts"),
        ["quantization_config"] = ("null", "quantized weights"),
        ["compression_config"] = ("null", "quantized weights"),
        ["auto_map"] = ("{}", "a model with code of its own"),
        ["adapters"] = ("{}", "adapters"),
    };

    /// <summary>Refuses the first field that was not read and that may change what the model computes.</summary>
    /// <param name="family">The value of <c>model_type</c>, for the message.</param>
    public static void RefuseOthers(ConfigFields fields, string family)
    {
        foreach (var name in fields.Unread.ToList())
        {
            if (MustBeOff.TryGetValue(name, out var rule))
            {
                if (!Same(fields.Find(name)!.Value, rule.Off))
                {
                    throw fields.Wrong(
                        name,
                        $"{rule.Feature} is not supported; expected {(rule.Off == "null" ? "no such field" : rule.Off)}"
                    );
                }
            }
            else if (!NoEffect.Contains(name) && !ToolPrefixes.Any(p => name.StartsWith(p, StringComparison.Ordinal)))
            {
                throw fields.Wrong(
                    name,
                    $"{family} models have no such field, so what it changes is not known"
                        + (NearestName.Of(name, Known(fields)) is { } near ? $"; did you mean '{near}'?" : "")
                        + " Remove the field if it changes nothing"
                );
            }
        }
    }

    private static IEnumerable<string> Known(ConfigFields fields) => fields.Names.Except(fields.Unread).Concat(NoEffect);

    private static bool Same(JsonElement value, string off) =>
        value.ValueKind == JsonValueKind.Number
            ? double.TryParse(off, out var number) && value.TryGetDouble(out var given) && given == number
            : value.GetRawText() == off;

    private static string[] Words(string names) => names.Split(' ');
}
