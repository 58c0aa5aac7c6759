using System.Collections;
using System.Globalization;
using System.Text;

namespace SkillFactory.Tokenization.Templates;

/// <summary><c>tojson</c> as Hugging Face's transformers defines it: Python's <c>json.dumps</c>, with characters beyond ASCII as they
/// are and without HTML escapes.</summary>
/// <param name="Indent">What each level is indented by; null for one line.</param>
/// <param name="ItemSeparator">Between items.</param>
/// <param name="KeySeparator">Between a key and its value.</param>
internal sealed record PythonJson(string? Indent, string ItemSeparator, string KeySeparator, bool SortKeys, bool Ascii, int Line)
{
    private const int MaxDepth = 100;

    public string Write(object? value)
    {
        var json = new StringBuilder();
        Write(value, json, 0);
        return json.ToString();
    }

    private void Write(object? value, StringBuilder json, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new TemplateException(Line, "a value is nested too deeply for tojson");
        }

        switch (value)
        {
            case null:
                json.Append("null");
                break;
            case bool flag:
                json.Append(flag ? "true" : "false");
                break;
            case long number:
                json.Append(CultureInfo.InvariantCulture, $"{number}");
                break;
            case double number:
                json.Append(
                    double.IsNaN(number) ? "NaN"
                    : double.IsPositiveInfinity(number) ? "Infinity"
                    : double.IsNegativeInfinity(number) ? "-Infinity"
                    : PythonLiterals.Number(number)
                );
                break;
            case string text:
                Write(text, json);
                break;
            case IDictionary<string, object?> map:
                var pairs = SortKeys ? map.OrderBy(p => p.Key, Comparer<string>.Create(PythonText.Compare)) : map.AsEnumerable();
                Items(
                    '{',
                    '}',
                    pairs,
                    pair =>
                    {
                        Write(pair.Key, json);
                        json.Append(KeySeparator);
                        Write(pair.Value, json, depth + 1);
                    },
                    json,
                    depth
                );
                break;
            case IList list:
                Items('[', ']', list.Cast<object?>(), item => Write(item, json, depth + 1), json, depth);
                break;
            default:
                throw new TemplateException(Line, $"{TemplateValue.NameOf(value)} cannot be written by tojson");
        }
    }

    private void Items<T>(char open, char close, IEnumerable<T> items, Action<T> write, StringBuilder json, int depth)
    {
        json.Append(open);
        var any = false;
        foreach (var item in items)
        {
            json.Append(any ? ItemSeparator : "");
            Break(depth + 1);
            write(item);
            any = true;
        }

        if (any)
        {
            Break(depth);
        }

        json.Append(close);

        void Break(int level)
        {
            if (Indent is not null)
            {
                json.Append('\n').Insert(json.Length, Indent, level);
            }
        }
    }

    private void Write(string text, StringBuilder json)
    {
        json.Append('"');
        foreach (var c in text)
        {
            json.Append(
                c switch
                {
                    '"' => "\\\"",
                    '\\' => "\\\\",
                    '\n' => "\\n",
                    '\r' => "\\r",
                    '\t' => "\\t",
                    '\b' => "\\b",
                    '\f' => "\\f",
                    < ' ' => $"\\u{(int)c:x4}",
                    > '~' when Ascii => $"\\u{(int)c:x4}",
                    _ => c.ToString(),
                }
            );
        }

        json.Append('"');
    }
}
