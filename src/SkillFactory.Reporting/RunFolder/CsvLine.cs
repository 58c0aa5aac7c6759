using System.Text;

namespace SkillFactory.Reporting.RunFolder;

/// <summary>Writes lines of CSV files. Fields are quoted where RFC 4180 requires it.</summary>
internal static class CsvLine
{
    public static void Append(StringBuilder text, params IEnumerable<string> fields) =>
        text.AppendJoin(',', fields.Select(f => f.AsSpan().IndexOfAny(",\"\r\n") < 0 ? f : $"\"{f.Replace("\"", "\"\"")}\"")).Append('\n');
}
