using System.Text.RegularExpressions;

namespace SkillFactory.Grading.Quantities;

/// <summary>Words after a number that may change its value, so that the number alone is not the answer: "5 squared", "2 fifths", "5 or
/// 6". Such an answer cannot be read.</summary>
internal static partial class ValueWords
{
    private static readonly HashSet<string> Words = new(
        (
            // parts and multiples
            "half halves quarter quarters third thirds fourth fourths fifth fifths sixth sixths seventh sevenths eighth eighths ninth "
            + "ninths tenth tenths eleventh elevenths twelfth twelfths hundredth hundredths thousandth thousandths "
            + "twice thrice double doubled triple tripled quadruple quadrupled halved score gross couple myriad "
            // numerals
            + "zero one two three four five six seven eight nine ten tens eleven twelve mil mio mln mrd bil bln "
            // operations
            + "plus minus times over divided multiplied power squared cubed root factorial mod modulo base choose log "
            + "inverse reciprocal negative point dot repeating recurring percentage pi "
            // comparisons and alternatives
            + "or and nor not no never none neither either than less least most below under above exceeding between to until about "
            + "approximately approx around almost nearly roughly except without unless if but"
        ).Split(' '),
        StringComparer.OrdinalIgnoreCase
    );

    public static bool Contains(string word) =>
        Words.Contains(word) || ScaleWords.FactorOf(word) is not null || NumeralPattern().IsMatch(word);

    /// <summary>Numerals by their form: fourteen, sixteenths, seventy, twentieths, zillion, threefold.</summary>
    [GeneratedRegex(
        "^(?:thir|four|fif|six|seven|eigh|nine)teen(?:s|ths?)?$|^(?:twen|thir|for|fif|six|seven|eigh|nine)t(?:y|ies|ieths?)$"
            + "|illi(?:on|ard)(?:s|ths?)?$|fold$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex NumeralPattern();
}
