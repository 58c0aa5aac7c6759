using System.Text.Json;
using System.Text.Json.Nodes;

namespace SkillFactory.TestKit.Tokenizers;

/// <summary>A small tokenizer.json in the style of Qwen2. The id of a byte token is the byte, so that expected ids can be computed by
/// hand.</summary>
public static class HandMadeTokenizer
{
    /// <summary>The pre-tokenizer pattern of Qwen2 and Qwen2.5.</summary>
    public const string QwenPattern =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    // GPT-2's bytes_to_unicode maps these bytes, in this order, to the characters from U+0100.
    private static readonly int[] Unprintable = [.. Enumerable.Range(0, 33), 127, .. Enumerable.Range(128, 33), 173];

    public static readonly string[] Merges =
    [
        "h e",
        "l l",
        "he ll",
        "hell o",
        "Ġ w",
        "Ġw o",
        "l d",
        "\u00f0 \u0141",
        "\u00f0\u0141 \u013a",
    ];

    /// <summary>The character that represents a byte in the vocabulary.</summary>
    public static string CharacterOf(int value) =>
        ((char)(Array.IndexOf(Unprintable, value) is >= 0 and var i ? 256 + i : value)).ToString();

    public static JsonObject Json()
    {
        var vocab = new JsonObject();
        for (var b = 0; b < 256; b++)
        {
            vocab[CharacterOf(b)] = b;
        }

        for (var m = 0; m < Merges.Length; m++)
        {
            vocab[Merges[m].Replace(" ", "", StringComparison.Ordinal)] = 256 + m;
        }

        return new JsonObject
        {
            ["added_tokens"] = new JsonArray(Added(300, "<|im_end|>", true), Added(301, "<think>", false), Added(302, "<think>>", false)),
            ["normalizer"] = new JsonObject { ["type"] = "NFC" },
            ["pre_tokenizer"] = new JsonObject
            {
                ["type"] = "Sequence",
                ["pretokenizers"] = new JsonArray(
                    new JsonObject
                    {
                        ["type"] = "Split",
                        ["pattern"] = new JsonObject { ["Regex"] = QwenPattern },
                        ["behavior"] = "Isolated",
                        ["invert"] = false,
                    },
                    new JsonObject
                    {
                        ["type"] = "ByteLevel",
                        ["add_prefix_space"] = false,
                        ["trim_offsets"] = false,
                        ["use_regex"] = false,
                    }
                ),
            },
            ["decoder"] = new JsonObject { ["type"] = "ByteLevel" },
            ["model"] = new JsonObject
            {
                ["type"] = "BPE",
                ["dropout"] = null,
                ["unk_token"] = null,
                ["continuing_subword_prefix"] = "",
                ["end_of_word_suffix"] = "",
                ["fuse_unk"] = false,
                ["byte_fallback"] = false,
                ["vocab"] = vocab,
                ["merges"] = new JsonArray([.. Merges.Select(m => (JsonNode)m)]),
            },
        };
    }

    public static Stream Stream(JsonObject json) => new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(json));

    private static JsonObject Added(int id, string content, bool special) =>
        new()
        {
            ["id"] = id,
            ["content"] = content,
            ["single_word"] = false,
            ["lstrip"] = false,
            ["rstrip"] = false,
            ["normalized"] = false,
            ["special"] = special,
        };
}
