using System.Text;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Tables.TextFiles;

/// <summary>Tells from its first bytes what a data file is. The name does not count, because files in the artifact store have
/// none.</summary>
internal static class FileKind
{
    private const string Expected = "JSON lines, a JSON list, CSV or Parquet";

    private const string OfficeFile = "a spreadsheet or another office file; export it as CSV in UTF-8";

    /// <summary>Where the name of the first entry of a zip archive begins.</summary>
    private const int ZipName = 30;

    private static readonly string[] LinesOnly = [".jsonl", ".ndjson", ".json"];

    /// <summary>How the first entry of an office file begins, which is a zip archive (.xlsx, .ods).</summary>
    private static readonly string[] OfficeEntries =
    [
        "[Content_Types].xml",
        "_rels/",
        "docProps/",
        "xl/",
        "mimetypeapplication/vnd.oasis.opendocument",
    ];

    /// <summary>First bytes of files that are not read, with what they are.</summary>
    private static readonly (byte[] Start, string Kind)[] Unreadable =
    [
        ([0xFF, 0xFE], "UTF-16 text; save it as UTF-8"),
        ([0xFE, 0xFF], "UTF-16 text; save it as UTF-8"),
        ([.. Zip], "a zip archive; unpack it"),
        ([0xD0, 0xCF, 0x11, 0xE0], OfficeFile),
        ([0x28, 0xB5, 0x2F, 0xFD], "compressed with zstd; decompress it, or use gzip"),
        ([.. "BZh"u8], "compressed with bzip2; decompress it, or use gzip"),
        ([0xFD, .. "7zXZ"u8], "compressed with xz; decompress it, or use gzip"),
        ([.. "ARROW1"u8], "an Arrow file; save it as Parquet"),
    ];

    private static ReadOnlySpan<byte> Zip => "PK\u0003\u0004"u8;

    public static bool IsParquet(ReadOnlySpan<byte> head) => head.StartsWith("PAR1"u8);

    public static bool IsGzip(ReadOnlySpan<byte> head) => head is [0x1F, 0x8B, ..];

    /// <exception cref="UserErrorException">The file is empty or of a kind that is not read.</exception>
    public static void RefuseUnreadable(ReadOnlySpan<byte> head, string path)
    {
        if (head.IsEmpty)
        {
            throw new UserErrorException($"{path}: the file is empty; expected {Expected}");
        }

        foreach (var (start, kind) in Unreadable)
        {
            if (head.StartsWith(start))
            {
                throw new UserErrorException($"{path}: the file is {(IsOfficeFile(head) ? OfficeFile : kind)}; expected {Expected}");
            }
        }

        if (IsSpreadObject(head))
        {
            throw new UserErrorException(
                $"{path}: found a JSON object over several lines; expected one object per line, or a list of objects"
            );
        }
    }

    private static bool IsOfficeFile(ReadOnlySpan<byte> head)
    {
        if (!head.StartsWith(Zip) || head.Length < ZipName)
        {
            return false;
        }

        var entry = Encoding.Latin1.GetString(head[ZipName..Math.Min(head.Length, ZipName + 60)]);
        return OfficeEntries.Any(e => entry.StartsWith(e, StringComparison.Ordinal));
    }

    /// <summary>Whether a text begins with an object whose first member is on a line of its own.</summary>
    private static bool IsSpreadObject(ReadOnlySpan<byte> head)
    {
        if (head.TrimStart(" \t\r\n"u8) is not [(byte)'{', .. var rest])
        {
            return false;
        }

        var afterBrace = rest.TrimStart(" \t\r"u8);
        return afterBrace is [(byte)'\n', ..] && afterBrace.TrimStart(" \t\r\n"u8) is [(byte)'"', ..];
    }

    /// <summary>Whether a text is a JSON list.</summary>
    public static bool IsList(ReadOnlySpan<byte> head) => head.TrimStart(" \t\r\n"u8) is [(byte)'[', ..];

    /// <summary>Whether a text without a list is CSV. JSON lines have a line that begins an object; a bad line may precede it.</summary>
    public static bool IsCsv(ReadOnlySpan<byte> head, string path)
    {
        if (head.TrimStart(" \t\r\n"u8) is [] or [(byte)'{', ..] || LinesOnly.Contains(Path.GetExtension(path).ToLowerInvariant()))
        {
            return false;
        }

        foreach (var range in head.Split((byte)'\n'))
        {
            if (head[range].TrimStart(" \t"u8) is [(byte)'{', .. var rest] && rest.TrimStart(" \t"u8) is [(byte)'"', ..])
            {
                return false;
            }
        }

        return true;
    }
}
