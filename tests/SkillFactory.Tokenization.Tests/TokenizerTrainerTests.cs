using System.Globalization;
using System.Text;
using System.Text.Json;
using SkillFactory.Primitives.Errors;
using SkillFactory.Tokenization.Templates;

namespace SkillFactory.Tokenization.Tests;

public class TokenizerTrainerTests
{
    private static readonly string[] MethodTags =
    [
        "<think>",
        "</think>",
        "<sample>",
        "</sample>",
        "<reflect>",
        "</reflect>",
        "<answer>",
        "</answer>",
        "<verdict>",
        "</verdict>",
    ];

    private static readonly string[] Texts =
    [
        "<think>\n<sample>Using 3, 12 and 199 make 100: 12 * 3 = 36; 36 + 100 = 136.</sample>\n<reflect>This "
            + "response is wrong.</reflect>\n",
        "Let me try again. 3 + 12 = 15, which is not 100.\n<verdict>incorrect</verdict>\n<answer>(3 + 12) * 199</answer></think><|im_end|>",
        "This response is correct. Let me verify: 100 000 is 1000 * 100. \ud83d\ude00 déjà vu, 漢字",
    ];

    private static readonly Tokenizer Trained = new(
        TokenizerTrainer.Train(Texts, new TokenizerTrainingOptions { PlainTokens = MethodTags })
    );

    [Theory]
    [InlineData(199)]
    [InlineData(999)]
    [InlineData(5)]
    public void Every_number_up_to_the_largest_is_one_token_in_any_context(int largest)
    {
        var tokenizer = new Tokenizer(
            TokenizerTrainer.Train(
                Texts,
                new TokenizerTrainingOptions
                {
                    PlainTokens = MethodTags,
                    LargestNumber = largest,
                    VocabSize = 2000,
                }
            )
        );
        for (var n = 0; n <= largest; n++)
        {
            var text = n.ToString(CultureInfo.InvariantCulture);
            var id = Assert.Single(tokenizer.Encode(text));
            Assert.Equal(text, tokenizer.TokenToString(id));
            Assert.Contains(id, tokenizer.Encode($"({text}+1)"));
            Assert.Contains(id, tokenizer.Encode($"make {text}."));
        }

        Assert.True(tokenizer.Encode((largest + 1).ToString(CultureInfo.InvariantCulture)).Length > 1 || largest == 5);
    }

    [Fact]
    public void A_number_is_never_merged_with_the_space_before_it()
    {
        var ids = Trained.Encode("is 100");
        Assert.Equal("100", Trained.TokenToString(ids[^1]));
        Assert.Equal(" ", Trained.Decode(ids.AsSpan(ids.Length - 2, 1)));
    }

    [Fact]
    public void Plain_tokens_stay_visible_and_chat_markup_is_special()
    {
        foreach (var tag in MethodTags)
        {
            var id = Assert.Single(Trained.Encode(tag));
            Assert.Equal($"x{tag}1", Trained.Decode(Trained.Encode($"x{tag}1"), skipSpecial: true));
            Assert.False(Trained.IsSpecial(id));
        }

        foreach (var special in (string[])[ChatMarkup.EndOfText, ChatMarkup.TurnStart, ChatMarkup.TurnEnd])
        {
            Assert.True(Trained.IsSpecial(Assert.Single(Trained.Encode(special))));
        }
    }

    [Fact]
    public void Repeated_pairs_become_tokens_until_the_vocabulary_is_full()
    {
        var plain = new TokenizerTrainingOptions { PlainTokens = MethodTags, VocabSize = 256 + 190 + 13 + 3 };
        var tokenizer = new Tokenizer(TokenizerTrainer.Train(["abab abab abab xyab"], plain));

        // Pieces: "abab", " abab" twice, " xyab". Pair (a, b): 7. Then (ab, ab): 3. Then (Ġ, abab): 2.
        Assert.Equal(plain.VocabSize, tokenizer.VocabSize);
        Assert.Equal(["ab", "abab", "Ġabab"], Enumerable.Range(446, 3).Select(tokenizer.TokenToString));
    }

    [Fact]
    public void Of_equally_frequent_pairs_the_one_with_lower_ids_is_merged_first()
    {
        var options = new TokenizerTrainingOptions { PlainTokens = MethodTags, VocabSize = 256 + 190 + 13 + 2 };
        var tokenizer = new Tokenizer(TokenizerTrainer.Train(["zy\ncd\nzy\ncd\n"], options));
        Assert.Equal(["cd", "zy"], Enumerable.Range(446, 2).Select(tokenizer.TokenToString));
    }

    [Fact]
    public void Rare_pairs_are_not_learned()
    {
        var definition = TokenizerTrainer.Train(["abcdefg"], new TokenizerTrainingOptions { PlainTokens = MethodTags });
        Assert.Equal(256 + 190, definition.Vocabulary.Count);
    }

    [Fact]
    public void Incremental_counts_equal_a_full_recount()
    {
        // The reference recounts all pairs of all pieces before each merge.
        var random = new Random(3);
        var text = string.Join(
            ' ',
            Enumerable
                .Range(0, 400)
                .Select(_ => string.Concat(Enumerable.Range(0, 1 + random.Next(7)).Select(_ => (char)('a' + random.Next(4)))))
        );
        var definition = TokenizerTrainer.Train(
            [text],
            new TokenizerTrainingOptions
            {
                PlainTokens = MethodTags,
                LargestNumber = 9,
                VocabSize = 256 + 13 + 60,
            }
        );

        var names = Enumerable.Range(0, 256).Select(i => definition.Vocabulary.Single(v => v.Value == i).Key).ToList();
        var pieces = text.Split(' ').Select((w, i) => (i == 0 ? w : "Ġ" + w).Select(c => c.ToString()).ToList()).ToList();
        foreach (var merge in definition.Merges)
        {
            var best = pieces
                .SelectMany(p => p.Zip(p.Skip(1)))
                .GroupBy(p => p)
                .OrderByDescending(g => g.Count())
                .ThenBy(g => names.IndexOf(g.Key.First))
                .ThenBy(g => names.IndexOf(g.Key.Second))
                .First()
                .Key;
            Assert.Equal(best, merge);
            if (!names.Contains(best.First + best.Second))
            {
                names.Add(best.First + best.Second);
            }

            foreach (var piece in pieces)
            {
                for (var i = 0; i + 1 < piece.Count; i++)
                {
                    if ((piece[i], piece[i + 1]) == best)
                    {
                        piece[i] += piece[i + 1];
                        piece.RemoveAt(i + 1);
                    }
                }
            }
        }

        Assert.Equal(60, definition.Vocabulary.Count - 256);
    }

    [Fact]
    public void Training_gives_the_same_bytes_for_any_order_of_the_texts()
    {
        static byte[] Bytes(IEnumerable<string> texts)
        {
            using var stream = new MemoryStream();
            TokenizerFile.Write(TokenizerTrainer.Train(texts, new TokenizerTrainingOptions { PlainTokens = MethodTags }), stream);
            return stream.ToArray();
        }

        Assert.Equal(Bytes(Texts), Bytes(Texts));
        Assert.Equal(Bytes(Texts), Bytes(Texts.Reverse()));
    }

    [Fact]
    public async Task A_written_folder_loads_and_gives_the_same_ids()
    {
        using var folder = new TemporaryFolder();
        await TokenizerFolder.WriteAsync(folder.Path, Trained.Definition);
        using var copy = new TemporaryFolder();
        await TokenizerFolder.CopyAsync(folder.Path, copy.Path);
        var (tokenizer, template) = TokenizerFolder.Load(copy.Path);

        Assert.All(Texts, t => Assert.Equal(Trained.Encode(t), tokenizer.Encode(t)));
        Assert.All(Texts, t => Assert.Equal(t, tokenizer.Decode(tokenizer.Encode(t))));
        Assert.Equal(tokenizer.TokenId(ChatMarkup.TurnEnd), template.EndTokenId(tokenizer));
        using var config = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(copy.Path, "tokenizer_config.json")));
        Assert.Equal("<|im_end|>", config.RootElement.GetProperty("eos_token").GetString());
        Assert.Equal("<|endoftext|>", config.RootElement.GetProperty("pad_token").GetString());
        Assert.Equal(2, Directory.GetFiles(copy.Path).Length);
    }

    [Theory]
    [InlineData(1000, 2000, "1000")]
    [InlineData(199, 400, "too small")]
    public void Impossible_options_are_user_errors(int largest, int vocabulary, string reason) =>
        Assert.Contains(
            reason,
            Assert
                .Throws<UserErrorException>(() =>
                    TokenizerTrainer.Train(
                        Texts,
                        new TokenizerTrainingOptions
                        {
                            PlainTokens = MethodTags,
                            LargestNumber = largest,
                            VocabSize = vocabulary,
                        }
                    )
                )
                .Message,
            StringComparison.Ordinal
        );
}
