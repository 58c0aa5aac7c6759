using System.Globalization;
using System.Text;

namespace SkillFactory.Tokenization.Templates;

/// <summary>The functions that every template can call.</summary>
internal static class TemplateGlobals
{
    private const long MaxRangeLength = 100_000;

    /// <summary>What <c>strftime_now</c> takes for today, because a prompt must not depend on the day it is made: the date that Llama's
    /// templates write when there is no clock.</summary>
    private static readonly DateTime Today = new(2024, 7, 26, 0, 0, 0, DateTimeKind.Utc);

    public static Dictionary<string, object?> All() =>
        new(StringComparer.Ordinal)
        {
            ["raise_exception"] = (TemplateFunction)(
                arguments =>
                    throw new TemplateException(
                        arguments.Line,
                        $"the template refuses these messages: {TemplateValue.Text(arguments.Bind("message")[0], arguments.Line)}"
                    )
            ),
            ["namespace"] = (TemplateFunction)(arguments => new TemplateNamespace(Entries(arguments))),
            ["dict"] = (TemplateFunction)(arguments => Entries(arguments)),
            ["range"] = (TemplateFunction)Range,
            ["strftime_now"] = (TemplateFunction)(
                arguments => Date(arguments.Text(arguments.Bind("format")[0], "the format", ""), arguments.Line)
            ),
        };

    private static Dictionary<string, object?> Entries(TemplateArguments arguments)
    {
        var entries = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var positional in arguments.Positional)
        {
            foreach (
                var (key, value) in positional as IDictionary<string, object?>
                    ?? throw arguments.Wrong("an argument", positional, "a dictionary")
            )
            {
                entries[key] = value;
            }
        }

        foreach (var (key, value) in arguments.Named)
        {
            entries[key] = value;
        }

        return entries;
    }

    private static List<object?> Range(TemplateArguments arguments)
    {
        var given = arguments.Bind("start", "stop", "step");
        var one = arguments.Positional.Count == 1;
        var from = one ? 0 : arguments.Whole(given[0], "start", 0);
        var to = arguments.Whole(given[one ? 0 : 1], "stop", 0);
        var step = arguments.Whole(given[2], "step", 1);
        if (step == 0 || Math.Abs((decimal)to - from) > MaxRangeLength)
        {
            throw new TemplateException(
                arguments.Line,
                "range takes one to three whole numbers, a step other than 0, and spans at most 100000"
            );
        }

        var items = new List<object?>();
        for (var i = from; step > 0 ? i < to : i > to; i += step)
        {
            items.Add(i);
        }

        return items;
    }

    private static string Date(string format, int line)
    {
        var text = new StringBuilder();
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] != '%' || i + 1 == format.Length)
            {
                text.Append(format[i]);
                continue;
            }

            var code = format[++i];
            var plain = code == '-' && i + 1 < format.Length;
            code = plain ? format[++i] : code;
            var part = code switch
            {
                'd' => Today.ToString("dd", CultureInfo.InvariantCulture),
                'm' => Today.ToString("MM", CultureInfo.InvariantCulture),
                'Y' => Today.ToString("yyyy", CultureInfo.InvariantCulture),
                'y' => Today.ToString("yy", CultureInfo.InvariantCulture),
                'B' => Today.ToString("MMMM", CultureInfo.InvariantCulture),
                'b' => Today.ToString("MMM", CultureInfo.InvariantCulture),
                'A' => Today.ToString("dddd", CultureInfo.InvariantCulture),
                'a' => Today.ToString("ddd", CultureInfo.InvariantCulture),
                'j' => Today.DayOfYear.ToString("000", CultureInfo.InvariantCulture),
                'H' or 'M' or 'S' => "00",
                'I' => "12",
                'p' => "AM",
                'F' => Today.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                'T' => "00:00:00",
                '%' => "%",
                _ => throw new TemplateException(line, $"strftime_now: '%{code}' is not supported"),
            };
            text.Append(
                plain
                    ? part.TrimStart('0') is { Length: > 0 } trimmed
                        ? trimmed
                        : "0"
                    : part
            );
        }

        return text.ToString();
    }
}
