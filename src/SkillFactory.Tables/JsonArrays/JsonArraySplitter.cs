using System.Buffers;
using System.Text;
using SkillFactory.Primitives.Errors;
using SkillFactory.Tables.Rows;
using SkillFactory.Tables.TextFiles;

namespace SkillFactory.Tables.JsonArrays;

/// <summary>One JSON list of objects, as <c>json.dump</c> and LLaMA-Factory write data sets. It is not held in memory as a whole.</summary>
internal sealed class JsonArraySplitter(string path) : IRowSplitter
{
    private static readonly SearchValues<byte> Structure = SearchValues.Create("\"{}[]"u8);
    private static readonly SearchValues<byte> Space = SearchValues.Create(" \t\r\n"u8);
    private static readonly SearchValues<byte> AfterScalar = SearchValues.Create(" \t\r\n,]"u8);

    private readonly string _place = $"{path}, row ";
    private State _state = State.BeforeList;
    private long _number;
    private long _line = 1;

    private enum State
    {
        BeforeList,
        BeforeFirst,
        BeforeRow,
        AfterRow,
        AfterList,
    }

    public string Place => $"{_place}{_number + 1}";

    public int Split(ReadOnlyMemory<byte> text, bool isLast, Func<int, double> shareAt, List<TableRow> rows)
    {
        for (var at = 0; ; )
        {
            at = Advance(text.Span, at, Spaces(text.Span[at..]));
            if (at == text.Length)
            {
                return isLast && _state != State.AfterList ? throw Incomplete("the list") : at;
            }

            if (_state is State.BeforeRow || (_state is State.BeforeFirst && text.Span[at] != ']'))
            {
                var length = LengthOf(text.Span[at..], isLast);
                if (length < 0)
                {
                    return isLast ? throw Incomplete($"row {_number + 1}") : at;
                }

                if (length == 0)
                {
                    throw Unexpected(text.Span[at..], "a row");
                }

                rows.Add(Row(text.Slice(at, length), shareAt(at + length)));
                at = Advance(text.Span, at, length);
                _state = State.AfterRow;
            }
            else
            {
                _state = Next(text.Span[at..]);
                at++;
            }
        }
    }

    /// <summary>The state after a character between rows.</summary>
    private State Next(ReadOnlySpan<byte> text) =>
        (_state, (char)text[0]) switch
        {
            (State.BeforeList, '[') => State.BeforeFirst,
            (State.BeforeFirst or State.AfterRow, ']') => State.AfterList,
            (State.AfterRow, ',') => State.BeforeRow,
            (State.AfterRow, _) => throw Unexpected(text, "',' or ']' after a row"),
            _ => throw Unexpected(text, "nothing after the list"),
        };

    private TableRow Row(ReadOnlyMemory<byte> item, double share)
    {
        _number++;
        return item.Span[0] == '{'
            ? new TableRow(_place, _number, share, item)
            : new TableRow(
                _place,
                _number,
                share,
                new RowProblem($"{_place}{_number}", "", TableRow.Quoted(Encoding.UTF8.GetString(item.Span)), "a JSON object")
            );
    }

    /// <summary>Length of the value at the start of a text: -1 if it does not end there, 0 if there is none.</summary>
    private static int LengthOf(ReadOnlySpan<byte> text, bool isLast)
    {
        if (text[0] is (byte)'"')
        {
            return LengthOfString(text);
        }

        if (text[0] is not ((byte)'{' or (byte)'['))
        {
            var end = text.IndexOfAny(AfterScalar);
            return end < 0 && isLast ? text.Length : end;
        }

        for (var (at, depth) = (0, 0); ; )
        {
            var next = text[at..].IndexOfAny(Structure);
            if (next < 0)
            {
                return -1;
            }

            at += next;
            if (text[at] == '"')
            {
                var length = LengthOfString(text[at..]);
                if (length < 0)
                {
                    return -1;
                }

                at += length;
                continue;
            }

            depth += text[at] is (byte)'{' or (byte)'[' ? 1 : -1;
            at++;
            if (depth == 0)
            {
                return at;
            }
        }
    }

    private static int LengthOfString(ReadOnlySpan<byte> text)
    {
        for (var at = 1; ; )
        {
            var next = text[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (next < 0)
            {
                return -1;
            }

            at += next;
            if (text[at] == '"')
            {
                return at + 1;
            }

            at += 2;
            if (at > text.Length)
            {
                return -1;
            }
        }
    }

    private static int Spaces(ReadOnlySpan<byte> text)
    {
        var length = text.IndexOfAnyExcept(Space);
        return length < 0 ? text.Length : length;
    }

    private int Advance(ReadOnlySpan<byte> text, int at, int length)
    {
        _line += text.Slice(at, length).Count((byte)'\n');
        return at + length;
    }

    private UserErrorException Unexpected(ReadOnlySpan<byte> text, string expected) =>
        new(
            $"{path}:{_line}: found {TableRow.Quoted(Encoding.UTF8.GetString(text[..Math.Min(text.Length, 20)]))} in the list of rows; "
                + $"expected {expected}"
        );

    private UserErrorException Incomplete(string what) =>
        new($"{path}:{_line}: {what} never ends; the file is damaged or incomplete, so nothing of it is used");
}
