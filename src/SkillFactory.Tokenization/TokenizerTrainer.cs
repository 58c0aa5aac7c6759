using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Tokenization;

/// <summary>What a tokenizer trained here looks like.</summary>
public sealed record TokenizerTrainingOptions
{
    public const int DefaultVocabSize = 768;
    public const int DefaultLargestNumber = 199;

    /// <summary>Tokens wanted in all: 256 bytes, numbers, tags, special tokens, and as many learned merges as are left. A text with
    /// too few repetitions gives fewer.</summary>
    public int VocabSize { get; init; } = DefaultVocabSize;

    /// <summary>Every whole number from 0 to this one is a single token; at most 999. Small models learn arithmetic on numbers, not on digits.</summary>
    public int LargestNumber { get; init; } = DefaultLargestNumber;

    /// <summary>Texts, such as tags, that become single tokens and stay visible in decoded text; none by default.</summary>
    public IReadOnlyList<string> PlainTokens { get; init; } = [];

    /// <summary>Tokens left out of decoded text.</summary>
    public IReadOnlyList<string> SpecialTokens { get; init; } = [ChatMarkup.EndOfText, ChatMarkup.TurnStart, ChatMarkup.TurnEnd];

    /// <summary>A pair must occur so often in the text to become a token.</summary>
    public int MinimumCount { get; init; } = 2;
}

/// <summary>
/// Trains a byte-level BPE vocabulary. The same text gives the same tokenizer: of equally frequent pairs the one with the
/// lower ids wins. Nothing is learned from pieces of digits; numbers are given by the options.
/// </summary>
public static partial class TokenizerTrainer
{
    /// <summary>Words with the space before them, numbers in pieces of up to three digits, every other character on its own. Qwen2's cut joins
    /// punctuation into runs and to the word after it; a small model would have to learn each run as a symbol of its own.</summary>
    public const string SplitPattern = @" ?\p{L}+|\p{N}{1,3}|[^\s\p{L}\p{N}]|[\r\n]|\s";

    /// <exception cref="UserErrorException">Numbers beyond 999, or a vocabulary too small for what the options demand.</exception>
    public static TokenizerDefinition Train(IEnumerable<string> texts, TokenizerTrainingOptions options)
    {
        if (options.LargestNumber is < 0 or > 999)
        {
            throw new UserErrorException(
                $"the largest single-token number is {options.LargestNumber}; expected 0 to 999 (pieces hold three digits)"
            );
        }

        var vocabulary = new List<string>(options.VocabSize);
        var merges = new List<(string Left, string Right)>();
        for (var b = 0; b < 256; b++)
        {
            vocabulary.Add(ByteAlphabet.Of((byte)b).ToString());
        }

        AddNumbers(options.LargestNumber, vocabulary, merges);
        var added = options.PlainTokens.Concat(options.SpecialTokens).ToList();
        var room = options.VocabSize - vocabulary.Count - added.Count;
        if (room < 0)
        {
            throw new UserErrorException(
                $"a vocabulary of {options.VocabSize} is too small: bytes and numbers take {vocabulary.Count}, tags and special tokens {added.Count}"
            );
        }

        new PairLearner(CountPieces(texts, added), vocabulary).Learn(room, options.MinimumCount, merges);
        return new TokenizerDefinition
        {
            Vocabulary = vocabulary.Select((token, id) => (token, id)).ToDictionary(t => t.token, t => t.id, StringComparer.Ordinal),
            Merges = merges,
            AddedTokens =
            [
                .. added.Select((text, i) => new AddedToken(vocabulary.Count + i, text, Special: i >= options.PlainTokens.Count)),
            ],
            SplitPatterns = [SplitPattern],
        };
    }

    /// <summary>
    /// Tokens 10 to <paramref name="largest"/> and merges that reach them whatever pair merges first: "abc" from "ab" + "c" and,
    /// where "bc" is a number too, from "a" + "bc".
    /// </summary>
    private static void AddNumbers(int largest, List<string> vocabulary, List<(string Left, string Right)> merges)
    {
        for (var number = 10; number <= largest; number++)
        {
            var digits = number.ToString(CultureInfo.InvariantCulture);
            vocabulary.Add(digits);
            merges.Add((digits[..^1], digits[^1..]));
            if (digits.Length == 3 && digits[1] != '0')
            {
                merges.Add((digits[..1], digits[1..]));
            }
        }
    }

    private static SortedDictionary<string, long> CountPieces(IEnumerable<string> texts, List<string> added)
    {
        var matcher = new AddedTokenMatcher(added.Select(t => new AddedToken(0, t, Special: false)));
        var splitter = new PieceSplitter([SplitPattern], "tokenizer training");
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var text in texts)
        {
            var done = 0;
            while (matcher.Next(text, done) is var (start, token))
            {
                Count(text.AsSpan(done, start - done));
                done = start + token.Content.Length;
            }

            Count(text.AsSpan(done));
        }

        return counts;

        void Count(ReadOnlySpan<char> plain)
        {
            foreach (var range in splitter.Split(plain))
            {
                var piece = plain[range];
                if (!Digits().IsMatch(piece))
                {
                    var letters = ByteAlphabet.Of(Encoding.UTF8.GetBytes(piece.ToString()));
                    counts[letters] = counts.GetValueOrDefault(letters) + 1;
                }
            }
        }
    }

    [GeneratedRegex(@"^\p{N}")]
    private static partial Regex Digits();
}
