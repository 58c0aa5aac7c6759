using System.Text;
using System.Text.Json.Nodes;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Tokenization.Tests;

public class TokenizerTests
{
    private static readonly Tokenizer HandMade = Load(_ => { });

    [Theory]
    [InlineData("hello", new[] { 259 })]
    [InlineData("hello world", new[] { 259, 261, 'r', 262 })]
    [InlineData("lll", new[] { 257, 'l' })] // the leftmost of equal pairs
    [InlineData("hellld", new[] { 258, 262 })] // rank 1 (l l), rank 2, then (l d)
    [InlineData("world", new int[] { 'w', 'o', 'r', 262 })]
    [InlineData("hel\nlo", new[] { 256, 'l', '\n', 'l', 'o' })] // no merge across pieces
    [InlineData("", new int[0])]
    [InlineData("hello<|im_end|>hello", new[] { 259, 300, 259 })]
    [InlineData("<think>", new[] { 301 })]
    [InlineData("<think>>", new[] { 302 })] // the longest token that starts here
    [InlineData("<<think>", new[] { '<', 301 })]
    [InlineData("<|im_en", new int[] { '<', '|', 'i', 'm', '_', 'e', 'n' })]
    [InlineData("e\u0301", new[] { 0xc3, 0xa9 })] // normalization form C
    [InlineData("\ud83d\ude00", new[] { 264, 0x80 })] // F0 9F 98 80
    public void Ids_match_a_manual_calculation(string text, int[] ids) => Assert.Equal(ids, HandMade.Encode(text));

    [Fact]
    public void A_character_beyond_the_basic_plane_counts_as_one_code_point_before_letters()
    {
        // The second alternative, [^\r\n\p{L}\p{N}]?\p{L}+, takes one code point before the letters; a merge across the two proves that.
        var tokenizer = Load(json =>
        {
            json["model"]!["vocab"]![HandMadeTokenizer.CharacterOf(0x80) + "h"] = 290;
            ((JsonArray)json["model"]!["merges"]!).Insert(0, HandMadeTokenizer.CharacterOf(0x80) + " h");
        });
        Assert.Equal([264, 290, 'i'], tokenizer.Encode("\ud83d\ude00hi"));
    }

    [Fact]
    public void A_letter_beyond_the_basic_plane_is_treated_as_a_letter()
    {
        var tokenizer = Load(json =>
        {
            json["model"]!["vocab"]!["a\u00f0"] = 290;
            ((JsonArray)json["model"]!["merges"]!).Insert(0, "a \u00f0");
        });
        Assert.Equal([290, 0x9d, 0x92, 0x9c], tokenizer.Encode("a\ud835\udc9c")); // mathematical script A: one piece with the letter a
        Assert.Equal(['a', 264, 0x80], tokenizer.Encode("a\ud83d\ude00")); // a symbol: a separate piece
    }

    [Fact]
    public void Merges_may_be_written_as_pairs()
    {
        var tokenizer = Load(json =>
            json["model"]!["merges"] = new JsonArray([
                .. HandMadeTokenizer.Merges.Select(m => new JsonArray([.. m.Split(' ').Select(p => (JsonNode)p)])),
            ])
        );
        Assert.Equal([259, 261, 'r', 262], tokenizer.Encode("hello world"));
    }

    [Fact]
    public void A_whole_piece_in_the_vocabulary_takes_precedence_when_merges_are_ignored()
    {
        void Word(JsonObject json) => json["model"]!["vocab"]!["world"] = 291;
        Assert.Equal(['w', 'o', 'r', 262], Load(Word).Encode("world"));
        Assert.Equal(
            [291],
            Load(json =>
                {
                    Word(json);
                    json["model"]!["ignore_merges"] = true;
                })
                .Encode("world")
        );
    }

    [Fact]
    public void A_byte_level_step_with_GPT_2s_pattern_and_single_digits_is_supported()
    {
        var tokenizer = Load(json =>
            json["pre_tokenizer"] = JsonNode.Parse(
                """
                {"type":"Sequence","pretokenizers":[
                  {"type":"Digits","individual_digits":true},
                  {"type":"ByteLevel","add_prefix_space":false,"use_regex":true}]}
                """
            )
        );
        Assert.Equal([259, 261, 'r', 262, ' ', '1', '2'], tokenizer.Encode("hello world 12"));
    }

    [Fact]
    public void Tokens_are_found_by_text_and_by_id()
    {
        Assert.Equal(303, HandMade.VocabSize);
        Assert.Equal(300, HandMade.TokenId("<|im_end|>"));
        Assert.Equal(260, HandMade.TokenId("Ġw"));
        Assert.Null(HandMade.TokenId("<answer>"));
        Assert.Equal("hello", HandMade.TokenToString(259));
        Assert.Null(HandMade.TokenToString(299));
        Assert.Null(HandMade.TokenToString(303));
    }

    [Fact]
    public void Decoding_skips_unassigned_ids_and_on_request_special_tokens()
    {
        Assert.Equal("hello<think> wo<|im_end|>", HandMade.Decode([259, 301, 261, 300, 299, 1000]));
        Assert.Equal("hello<think> wo", HandMade.Decode([259, 301, 261, 300], skipSpecial: true));
        Assert.Equal("\ufffd", HandMade.Decode([0xc3]));
    }

    [Fact]
    public void Decoding_restores_any_text()
    {
        var tokenizer = Load(json => json["normalizer"] = null);
        var random = new Random(7);
        string[] parts =
        [
            "hello",
            " ",
            "\n",
            "\r\n",
            "\t",
            "é",
            "e\u0301",
            "\ud83d\ude00",
            "\ud83d\udc69\u200d\ud83d\udcbb",
            "漢字",
            "\u0000",
            "<think>",
            "<|im_end|>",
            "'s",
            "12345",
            "\u00a0",
            "\u2028",
            "\ufeff",
            "한국",
        ];
        for (var i = 0; i < 2000; i++)
        {
            var text = new StringBuilder();
            for (var k = random.Next(20); k > 0; k--)
            {
                if (random.Next(2) == 0)
                {
                    text.Append(parts[random.Next(parts.Length)]);
                }
                else
                {
                    var point = random.Next(0x110000);
                    text.Append(new Rune(point is >= 0xd800 and <= 0xdfff ? 'x' : point).ToString());
                }
            }

            Assert.Equal(text.ToString(), tokenizer.Decode(tokenizer.Encode(text.ToString())));
        }
    }

    [Fact]
    public void Long_pieces_are_merged_in_rank_order()
    {
        // 3 n letters l in one piece: all pairs merge from the left. A plain loop over the text gives the expected ids.
        var text = new string('l', 30_001);
        Assert.Equal([.. Enumerable.Repeat(257, 15_000), 'l'], HandMade.Encode(text));
    }

    [Fact]
    public void Concurrent_encoding_gives_the_same_ids()
    {
        var tokenizer = Load(_ => { });
        var texts = Enumerable.Range(0, 400).Select(i => $"hello world {i % 37} hellold {(char)('a' + (i % 26))}").ToArray();
        var expected = texts.Select(t => Load(_ => { }).Encode(t)).Take(40).ToArray();
        var got = new int[texts.Length][];
        Parallel.For(0, texts.Length, i => got[i] = tokenizer.Encode(texts[i]));
        Assert.Equal(expected, got[..40]);
        Assert.All(Enumerable.Range(0, texts.Length), i => Assert.Equal(tokenizer.Encode(texts[i]), got[i]));
    }

    [Fact]
    public void A_written_definition_reads_back_the_same()
    {
        using var stream = new MemoryStream();
        TokenizerFile.Write(HandMade.Definition, stream);
        stream.Position = 0;
        var again = TokenizerFile.Read(stream, "again");
        Assert.Equal(HandMade.Definition.Vocabulary.OrderBy(v => v.Value), again.Vocabulary.OrderBy(v => v.Value));
        Assert.Equal(HandMade.Definition.Merges, again.Merges);
        Assert.Equal(HandMade.Definition.AddedTokens, again.AddedTokens);
        Assert.Equal(HandMade.Definition.Pieces, again.Pieces);
        Assert.Equal(HandMade.Definition.Normalizers, again.Normalizers);
        Assert.Equal(HandMade.Definition.IgnoreMerges, again.IgnoreMerges);
    }

    public static TheoryData<string, string> Refused =>
        new()
        {
            { """{"model":{"type":"WordPiece"}}""", "model.type 'WordPiece'" },
            { """{"model":{"type":"BPE","end_of_word_suffix":"</w>"}}""", "model.end_of_word_suffix" },
            { """{"pre_tokenizer":{"type":"Whitespace"}}""", "pre_tokenizer: pre_tokenizer 'Whitespace'" },
            { """{"pre_tokenizer":{"type":"ByteLevel"}}""", "pre_tokenizer.add_prefix_space is missing" },
            {
                """{"pre_tokenizer":{"type":"Split","pattern":{"Regex":"(a)\\1"},"behavior":"Isolated"}}""",
                "pre_tokenizer.pattern.Regex: the pattern '(a)\\1' has the backreference"
            },
            { """{"pre_tokenizer":{"type":"Split","pattern":{"Regex":"a"},"behavior":"Doubled"}}""", "pre_tokenizer: behavior 'Doubled'" },
            { """{"pre_tokenizer":null}""", "no 'ByteLevel' step" },
            { """{"normalizer":{"type":"BertNormalizer"}}""", "normalizer 'BertNormalizer'" },
            {
                """{"normalizer":{"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"Precompiled"}]}}""",
                "normalizer.normalizers[1]: normalizer 'Precompiled'"
            },
            { """{"decoder":{"type":"WordPiece"}}""", "decoder: decoder 'WordPiece' with a byte-level vocabulary" },
            { """{"added_tokens":[{"id":400,"content":"hello"}]}""", "added token 'hello' has id 400; model.vocab gives it 259" },
            { """{"added_tokens":[{"id":9,"content":"<m>"}]}""", "id 9 belongs to both" },
            { """{"added_tokens":[{"id":400,"content":"<m>"},{"id":401,"content":"<m>"}]}""", "twice" },
            { """{"added_tokens":[{"id":-1,"content":"<m>"}]}""", "id -1" },
            { """{"added_tokens":[{"id":2000000000,"content":"<m>"}]}""", "2000000000" },
        };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Unsupported_features_are_user_errors_that_name_them(string change, string reason)
    {
        var error = Assert.Throws<UserErrorException>(() =>
            Load(json =>
            {
                foreach (var (key, value) in JsonNode.Parse(change)!.AsObject())
                {
                    if (key == "model")
                    {
                        foreach (var (inner, setting) in value!.AsObject())
                        {
                            json["model"]![inner] = setting?.DeepClone();
                        }
                    }
                    else
                    {
                        json[key] = value?.DeepClone();
                    }
                }
            })
        );
        Assert.StartsWith("some/tokenizer.json: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"decoder":null}""", "decoder is missing")]
    [InlineData("""{"decoder":{"type":"Metaspace","replacement":"▁"}}""", "decoder 'Metaspace'")]
    [InlineData("""{"decoder":{"type":"Sequence","decoders":[{"type":"Fuse"}]}}""", "a decoder without 'ByteFallback'")]
    [InlineData(
        """{"decoder":{"type":"Sequence","decoders":[{"type":"Strip","content":" ","start":1,"stop":0}]}}""",
        "decoder 'Strip' here"
    )]
    [InlineData("""{"pre_tokenizer":{"type":"Metaspace","replacement":"▁","prepend_scheme":"last"}}""", "prepend_scheme 'last'")]
    [InlineData("""{"pre_tokenizer":{"type":"Metaspace","replacement":"▁","prepend_scheme":"first"}}""", "prepend_scheme 'first'")]
    public void Unsupported_features_of_a_character_vocabulary_are_user_errors_that_name_them(string change, string reason)
    {
        var definition = CharacterTokenizer.Json();
        foreach (var (key, value) in JsonNode.Parse(change)!.AsObject())
        {
            definition[key] = value?.DeepClone();
        }

        var error = Assert.Throws<UserErrorException>(() => Tokenizer.Load(HandMadeTokenizer.Stream(definition), "some/tokenizer.json"));
        Assert.StartsWith("some/tokenizer.json: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_character_vocabulary_without_a_byte_is_a_user_error()
    {
        var definition = CharacterTokenizer.Json();
        definition["model"]!["vocab"]!.AsObject().Remove("<0x0A>");
        Assert.Contains(
            "no token for byte 0x0a ('<0x0A>')",
            Assert.Throws<UserErrorException>(() => Tokenizer.Load(HandMadeTokenizer.Stream(definition))).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void The_bytes_of_tokens_and_the_prefix_space_that_is_cut_add_up_to_the_text()
    {
        var tokenizer = Tokenizer.Load(HandMadeTokenizer.Stream(CharacterTokenizer.Json()));
        var ids = tokenizer.Encode("hello world");
        Assert.Equal(" hello world", Encoding.UTF8.GetString([.. ids.SelectMany(i => tokenizer.TokenBytes(i).ToArray())]));
        Assert.Equal(1, tokenizer.BytesCut(ids));
        Assert.Equal("hello world", tokenizer.Decode(ids));
        Assert.Equal(0, HandMade.BytesCut(HandMade.Encode(" hello")));
    }

    [Fact]
    public void Errors_for_damaged_files_name_the_damage()
    {
        static string Message(Action<JsonObject> change) => Assert.Throws<UserErrorException>(() => Load(change)).Message;
        Assert.Contains("byte 0x41", Message(json => json["model"]!["vocab"]!.AsObject().Remove("A")), StringComparison.Ordinal);
        Assert.Contains(
            "needs the token 'hell'",
            Message(json => json["model"]!["vocab"]!.AsObject().Remove("hell")),
            StringComparison.Ordinal
        );
        Assert.Contains("merges[9]", Message(json => json["model"]!["merges"]!.AsArray().Add("a b c")), StringComparison.Ordinal);
        Assert.Contains("not in the byte alphabet", Message(json => json["model"]!["vocab"]!["▁x"] = 280), StringComparison.Ordinal);
        Assert.Contains("not a tokenizer.json", Message(json => json.Remove("model")), StringComparison.Ordinal);
        Assert.Contains(
            "pre_tokenizer.pretokenizers[0].pattern.Regex: the pattern '\\p{Klingon}'",
            Message(json => json["pre_tokenizer"]!["pretokenizers"]![0]!["pattern"]!["Regex"] = "\\p{Klingon}"),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "not valid JSON",
            Assert.Throws<UserErrorException>(() => Tokenizer.Load(new MemoryStream([(byte)'{']))).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "none/tokenizer.json",
            Assert.Throws<UserErrorException>(() => Tokenizer.Load("none/tokenizer.json")).Message,
            StringComparison.Ordinal
        );
    }

    private static Tokenizer Load(Action<JsonObject> change)
    {
        var json = HandMadeTokenizer.Json();
        change(json);
        return Tokenizer.Load(HandMadeTokenizer.Stream(json), "some/tokenizer.json");
    }
}
