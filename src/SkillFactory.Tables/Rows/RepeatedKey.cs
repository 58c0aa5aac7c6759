using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace SkillFactory.Tables.Rows;

/// <summary>Finds a key that an object of JSON has twice. A parser would keep one of the values without a word.</summary>
internal static class RepeatedKey
{
    public const string Expected = "every key once";

    /// <summary>Up to this many keys are compared in pairs, which needs no memory.</summary>
    private const int MostInPairs = 16;

    /// <summary>What was found, for messages.</summary>
    public static string Found(string key) => $"the key {TableRow.Quoted(key)} twice";

    /// <summary>The path of the first such key ("a.b" is in the value of a); null if there is none.</summary>
    public static string? In(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in value.EnumerateArray())
            {
                if (In(item) is { } key)
                {
                    return key;
                }
            }
        }
        else if (value.ValueKind == JsonValueKind.Object)
        {
            if (Own(value) is { } own)
            {
                return own;
            }

            foreach (var member in value.EnumerateObject())
            {
                if (member.Value.ValueKind is JsonValueKind.Array or JsonValueKind.Object && In(member.Value) is { } key)
                {
                    return $"{NameOf(member)}.{key}";
                }
            }
        }

        return null;
    }

    private static string? Own(JsonElement value)
    {
        if (value.GetPropertyCount() > MostInPairs || HasEscapes(value))
        {
            var seen = new HashSet<string>(StringComparer.Ordinal);
            foreach (var member in value.EnumerateObject())
            {
                if (!seen.Add(NameOf(member)))
                {
                    return NameOf(member);
                }
            }

            return null;
        }

        var at = 0;
        foreach (var member in value.EnumerateObject())
        {
            var name = JsonMarshal.GetRawUtf8PropertyName(member);
            var before = 0;
            foreach (var other in value.EnumerateObject())
            {
                if (before++ == at)
                {
                    break;
                }

                if (JsonMarshal.GetRawUtf8PropertyName(other).SequenceEqual(name))
                {
                    return NameOf(member);
                }
            }

            at++;
        }

        return null;
    }

    /// <summary>Whether a name is written with escapes, so that equal names may be written differently.</summary>
    private static bool HasEscapes(JsonElement value)
    {
        foreach (var member in value.EnumerateObject())
        {
            if (JsonMarshal.GetRawUtf8PropertyName(member).Contains((byte)'\\'))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>As it is written where it has half of a surrogate pair: such a name cannot be decoded.</summary>
    private static string NameOf(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            return Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8PropertyName(member));
        }
    }
}
