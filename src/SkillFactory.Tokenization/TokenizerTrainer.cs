using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using SkillFactory.Primitives.Errors;
using SkillFactory.Tokenization.Patterns;
using SkillFactory.Tokenization.Splitting;

namespace SkillFactory.Tokenization;

/// <summary>
/// Trains a byte-level BPE vocabulary. The result is deterministic: of equally frequent pairs the one with the lower ids is merged
/// first. Nothing is learned from digits; the options determine the number tokens.
/// </summary>
public static partial class TokenizerTrainer
{
    /// <summary>Pieces are words with the preceding space, numbers of up to three digits, and every other character by itself. Qwen2's
    /// pattern joins punctuation into runs and with the word after it; a small model would have to learn each run as a separate
    /// symbol.</summary>
    public const string SplitPattern = @" ?\p{L}+|\p{N}{1,3}|[^\s\p{L}\p{N}]|[\r\n]|\s";

    /// <exception cref="UserErrorException">The largest number exceeds 999, or the vocabulary is too small for the options.</exception>
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
                $"a vocabulary of {options.VocabSize} is too small: bytes and numbers take {vocabulary.Count}, "
                    + $"plain and special tokens {added.Count}"
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
            Pieces = [new SplitStep(Pattern())],
        };
    }

    /// <summary>
    /// Adds the tokens 10 to <paramref name="largest"/> with merges that reach them whichever pair merges first: "abc" from "ab" + "c" and,
    /// where "bc" is also a number, from "a" + "bc".
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
        var matcher = new AddedTokenMatcher(added.Select(t => (t, new AddedToken(0, t, Special: false))));
        var splitter = new PieceSplitter([new SplitStep(Pattern())]);
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var text in texts)
        {
            foreach (var (start, end, _) in matcher.Parts(text).Where(p => p.Token is null))
            {
                Count(text.AsMemory(start, end - start));
            }
        }

        return counts;

        void Count(ReadOnlyMemory<char> plain)
        {
            foreach (var piece in splitter.Split(plain, startsText: true))
            {
                if (!Digits().IsMatch(piece.Span))
                {
                    var letters = ByteAlphabet.Of(Encoding.UTF8.GetBytes(piece.ToString()));
                    counts[letters] = counts.GetValueOrDefault(letters) + 1;
                }
            }
        }
    }

    private static CodePointPattern Pattern() => CodePointPattern.Parse(SplitPattern, "tokenizer training");

    [GeneratedRegex(@"^\p{N}")]
    private static partial Regex Digits();
}
