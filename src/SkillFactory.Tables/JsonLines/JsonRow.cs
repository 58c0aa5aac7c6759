using System.Text;
using System.Text.Unicode;
using SkillFactory.Tables.Rows;

namespace SkillFactory.Tables.JsonLines;

/// <summary>Takes rows of plain JSON apart, one after the other and each in one go: the members, the items of lists among them, and their texts without
/// escapes. What was found holds until the next row, as its memory is used again. The rows of a file nearly always have the same names in the same order,
/// so a row is expected to have those of the row before. One thread's own.</summary>
internal sealed class JsonRow
{
    /// <summary>Names as they stand in the row, with their quotes.</summary>
    private readonly List<byte[]> _names = [];

    /// <summary>Where names that were asked for stand among <see cref="_names"/>; -1: nowhere.</summary>
    private readonly List<(string Name, int Index)> _found = [];

    private RowValue[] _values = new RowValue[16];
    private RowValue[] _items = new RowValue[16];
    private byte[] _texts = [];
    private ReadOnlyMemory<byte> _json;
    private int _count;
    private int _itemCount;
    private int _textBytes;
    private bool _isAscii;
    private bool _hasAsciiNames = true;

    /// <summary>Turns to a row.</summary>
    /// <returns>False: the row must be looked at otherwise; it may be no object, no JSON or no UTF-8, a name may have escapes, or a text half of a surrogate pair.</returns>
    public bool TryTake(ReadOnlyMemory<byte> json)
    {
        (_json, _count, _itemCount, _textBytes, _isAscii) = (json, 0, 0, 0, true);
        if (_texts.Length < json.Length)
        {
            _texts = GC.AllocateUninitializedArray<byte>(Math.Max(1 << 14, 2 * json.Length));
        }

        var text = json.Span;
        var at = JsonText.SkipSpace(text, 0);
        return JsonText.At(text, at) == '{'
            && (at = ReadMembers(text, at)) > 0
            && JsonText.SkipSpace(text, at) == text.Length
            && ((_isAscii && _hasAsciiNames) || Utf8.IsValid(text));
    }

    /// <summary>The value of a member.</summary>
    /// <param name="name">ASCII.</param>
    /// <returns>False: there is none of that name.</returns>
    public bool TryFind(string name, out RowValue value)
    {
        var index = IndexOf(name);
        value = index < 0 ? default : _values[index];
        return index >= 0;
    }

    private int IndexOf(string name)
    {
        foreach (var (known, place) in _found)
        {
            if (known == name)
            {
                return place;
            }
        }

        // Of two members of one name the last counts.
        var index = _count - 1;
        while (index >= 0 && !Ascii.Equals(_names[index].AsSpan(1, _names[index].Length - 2), name))
        {
            index--;
        }

        _found.Add((name, index));
        return index;
    }

    /// <summary>Where the object ends; zero where it is not plainly good. So do the others.</summary>
    private int ReadMembers(ReadOnlySpan<byte> json, int at)
    {
        at = JsonText.SkipSpace(json, at + 1);
        if (JsonText.At(json, at) == '}')
        {
            ForgetNames(0);
            return at + 1;
        }

        while ((at = ReadName(json, at)) > 0)
        {
            at = JsonText.SkipSpace(json, at);
            if (JsonText.At(json, at) != ':' || (at = ReadValue(json, JsonText.SkipSpace(json, at + 1), out var value)) == 0)
            {
                return 0;
            }

            Add(ref _values, _count++, value);
            at = JsonText.SkipSpace(json, at);
            switch (JsonText.At(json, at))
            {
                case (byte)',':
                    at = JsonText.SkipSpace(json, at + 1);
                    break;
                case (byte)'}':
                    ForgetNames(_count);
                    return at + 1;
                default:
                    return 0;
            }
        }

        return 0;
    }

    private int ReadName(ReadOnlySpan<byte> json, int at)
    {
        if (_count < _names.Count && json[at..].StartsWith(_names[_count]))
        {
            return at + _names[_count].Length;
        }

        var end = JsonText.ReadString(json, at, _texts.AsSpan(_textBytes), out var length, out var isAscii);
        if (end == 0 || end - at != length + 2)
        {
            return 0;
        }

        ForgetNames(_count);
        _names.Add(json[at..end].ToArray());
        _found.Clear();
        _hasAsciiNames &= isAscii;
        return end;
    }

    /// <summary>Forgets the names from one on.</summary>
    private void ForgetNames(int index)
    {
        if (index < _names.Count)
        {
            _names.RemoveRange(index, _names.Count - index);
            _found.Clear();
        }
    }

    private int ReadValue(ReadOnlySpan<byte> json, int at, out RowValue value) =>
        JsonText.At(json, at) == '[' ? ReadList(json, at, out value) : ReadItem(json, at, out value);

    private int ReadList(ReadOnlySpan<byte> json, int at, out RowValue list)
    {
        var first = _itemCount;
        list = default;
        at = JsonText.SkipSpace(json, at + 1);
        if (JsonText.At(json, at) == ']')
        {
            list = RowValue.OfItems(_items, first, 0);
            return at + 1;
        }

        while ((at = ReadItem(json, at, out var item)) > 0)
        {
            Add(ref _items, _itemCount++, item);
            at = JsonText.SkipSpace(json, at);
            switch (JsonText.At(json, at))
            {
                case (byte)',':
                    at = JsonText.SkipSpace(json, at + 1);
                    break;
                case (byte)']':
                    list = RowValue.OfItems(_items, first, _itemCount - first);
                    return at + 1;
                default:
                    return 0;
            }
        }

        return 0;
    }

    private int ReadItem(ReadOnlySpan<byte> json, int at, out RowValue value)
    {
        int end;
        if (JsonText.At(json, at) == '"')
        {
            end = JsonText.ReadString(json, at, _texts.AsSpan(_textBytes), out var length, out var isAscii);
            value = RowValue.OfText(_texts.AsMemory(_textBytes, length), at, end - at);
            _textBytes += length;
            _isAscii &= isAscii;
        }
        else
        {
            end = at < json.Length ? JsonText.Skip(json, at) : 0;
            value = end > 0 ? new RowValue(_json[at..end]) : default;
            _isAscii &= Ascii.IsValid(value.Bytes.Span);
        }

        return end;
    }

    private static void Add(ref RowValue[] values, int index, in RowValue value)
    {
        if (index == values.Length)
        {
            Array.Resize(ref values, 2 * index);
        }

        values[index] = value;
    }
}
