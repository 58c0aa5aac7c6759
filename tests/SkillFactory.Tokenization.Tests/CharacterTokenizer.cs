using System.Text.Json.Nodes;

namespace SkillFactory.Tokenization.Tests;

/// <summary>A small tokenizer.json in the style of Llama 2: characters with byte fallback, and "▁" for a space.</summary>
internal static class CharacterTokenizer
{
    private static readonly string[] Merges =
    [
        "h e",
        "l l",
        "he ll",
        "hell o",
        "▁ hello",
        "▁ w",
        "o r",
        "▁w or",
        "▁wor l",
        "▁worl d",
        "▁ ▁",
    ];

    public static JsonObject Json()
    {
        var vocab = new JsonObject
        {
            ["<unk>"] = 0,
            ["<s>"] = 1,
            ["</s>"] = 2,
        };
        for (var b = 0; b < 256; b++)
        {
            vocab[$"<0x{b:X2}>"] = b + 3;
        }

        foreach (
            var token in "▁abcdehlorstwxz.é"
                .Select(c => c.ToString())
                .Concat(Merges.Select(m => m.Replace(" ", "", StringComparison.Ordinal)))
        )
        {
            vocab[token] = vocab.Count;
        }

        return new JsonObject
        {
            ["added_tokens"] = new JsonArray(Special(0, "<unk>"), Special(1, "<s>"), Special(2, "</s>")),
            ["normalizer"] = JsonNode.Parse(
                """
                {"type":"Sequence","normalizers":[
                  {"type":"Prepend","prepend":"▁"},{"type":"Replace","pattern":{"String":" "},"content":"▁"}]}
                """
            ),
            ["pre_tokenizer"] = null,
            ["decoder"] = JsonNode.Parse(
                """
                {"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"▁"},"content":" "},{"type":"ByteFallback"},
                  {"type":"Fuse"},{"type":"Strip","content":" ","start":1,"stop":0}]}
                """
            ),
            ["model"] = new JsonObject
            {
                ["type"] = "BPE",
                ["unk_token"] = "<unk>",
                ["fuse_unk"] = true,
                ["byte_fallback"] = true,
                ["vocab"] = vocab,
                ["merges"] = new JsonArray([.. Merges.Select(m => (JsonNode)m)]),
            },
        };
    }

    private static JsonObject Special(int id, string content) =>
        new()
        {
            ["id"] = id,
            ["content"] = content,
            ["single_word"] = false,
            ["lstrip"] = false,
            ["rstrip"] = false,
            ["normalized"] = false,
            ["special"] = true,
        };
}
