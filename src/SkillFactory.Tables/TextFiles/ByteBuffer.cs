namespace SkillFactory.Tables.TextFiles;

/// <summary>Bytes written one after the other, for whoever writes very many small things: its memory is used again and again.</summary>
public sealed class ByteBuffer(int capacity)
{
    /// <summary>Most bytes of a number.</summary>
    private const int LongestNumber = 10;

    private byte[] _bytes = GC.AllocateUninitializedArray<byte>(capacity);

    public int Count { get; private set; }

    public Span<byte> Written => _bytes.AsSpan(0, Count);

    /// <summary>Forgets what was written from a place on.</summary>
    public void Cut(int count) => Count = count;

    /// <summary>Room for more, which counts as written.</summary>
    public Span<byte> Add(int count)
    {
        var room = Room(count);
        Count += count;
        return room;
    }

    public void Add(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Add(bytes.Length));

    /// <summary>A number not below zero, seven bits to a byte, the lowest first (LEB128).</summary>
    public void AddNumber(long number)
    {
        var room = Room(LongestNumber);
        var count = 0;
        for (var rest = (ulong)number; ; rest >>= 7)
        {
            room[count++] = (byte)(rest < 0x80 ? rest : rest | 0x80);
            if (rest < 0x80)
            {
                break;
            }
        }

        Count += count;
    }

    private Span<byte> Room(int count)
    {
        if (_bytes.Length - Count < count)
        {
            Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, Count + count));
        }

        return _bytes.AsSpan(Count, count);
    }
}
