using System.Text;

namespace SkillFactory.Core.Datasets;

/// <summary>Takes rows of plain JSON apart, one after the other and each in one go: the members, the items of lists among them, and their texts without
/// escapes. What was found holds until the next row, as its memory is used again. One thread's own.</summary>
internal sealed class JsonRow
{
    private readonly List<(Range Name, RowValue Value)> _members = [];
    private RowValue[] _items = new RowValue[16];
    private byte[] _texts = [];
    private ReadOnlyMemory<byte> _json;
    private int _itemCount;
    private int _textBytes;

    /// <summary>Turns to a row.</summary>
    /// <param name="json">Valid UTF-8.</param>
    /// <returns>False: the row must be looked at otherwise; it may be no object or no JSON, a name may have escapes, or a text half of a surrogate pair.</returns>
    public bool TryTake(ReadOnlyMemory<byte> json)
    {
        _members.Clear();
        (_json, _itemCount, _textBytes) = (json, 0, 0);
        if (_texts.Length < json.Length)
        {
            _texts = GC.AllocateUninitializedArray<byte>(Math.Max(1 << 14, 2 * json.Length));
        }

        var text = json.Span;
        var at = JsonText.SkipSpace(text, 0);
        return JsonText.At(text, at) == '{' && (at = ReadMembers(text, at)) > 0 && JsonText.SkipSpace(text, at) == text.Length;
    }

    /// <summary>The value of a member.</summary>
    /// <param name="name">ASCII.</param>
    /// <returns>False: there is none of that name.</returns>
    public bool TryFind(string name, out RowValue value)
    {
        // Of two members of one name the last counts.
        for (var i = _members.Count - 1; i >= 0; i--)
        {
            if (Ascii.Equals(_json.Span[_members[i].Name], name))
            {
                value = _members[i].Value;
                return true;
            }
        }

        value = default;
        return false;
    }

    /// <summary>Where the object ends; zero where it is not plainly good. So do the others.</summary>
    private int ReadMembers(ReadOnlySpan<byte> json, int at)
    {
        at = JsonText.SkipSpace(json, at + 1);
        if (JsonText.At(json, at) == '}')
        {
            return at + 1;
        }

        while (JsonText.ReadString(json, at, Free, out var length) is > 0 and var end && end - at == length + 2)
        {
            var name = (at + 1)..(end - 1);
            at = JsonText.SkipSpace(json, end);
            if (JsonText.At(json, at) != ':' || (at = ReadValue(json, JsonText.SkipSpace(json, at + 1), out var value)) == 0)
            {
                return 0;
            }

            _members.Add((name, value));
            at = JsonText.SkipSpace(json, at);
            switch (JsonText.At(json, at))
            {
                case (byte)',':
                    at = JsonText.SkipSpace(json, at + 1);
                    break;
                case (byte)'}':
                    return at + 1;
                default:
                    return 0;
            }
        }

        return 0;
    }

    private int ReadValue(ReadOnlySpan<byte> json, int at, out RowValue value) => JsonText.At(json, at) == '[' ? ReadList(json, at, out value) : ReadItem(json, at, out value);

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
            if (_itemCount == _items.Length)
            {
                Array.Resize(ref _items, 2 * _itemCount);
            }

            _items[_itemCount++] = item;
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
            end = JsonText.ReadString(json, at, Free, out var length);
            value = RowValue.OfText(_texts.AsMemory(_textBytes, length), at, end - at);
            _textBytes += length;
        }
        else
        {
            end = at < json.Length ? JsonText.Skip(json, at) : 0;
            value = end > 0 ? new RowValue(_json[at..end]) : default;
        }

        return end;
    }

    private Span<byte> Free => _texts.AsSpan(_textBytes);
}
