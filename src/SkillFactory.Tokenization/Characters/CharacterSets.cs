using System.Collections.Frozen;
using System.Globalization;

namespace SkillFactory.Tokenization.Characters;

/// <summary>The named sets of characters that the patterns of tokenizers use, as Oniguruma with Unicode 16 defines them. .NET's own data
/// has the same version of Unicode and does not come from ICU.</summary>
internal static class CharacterSets
{
    private static readonly CodePointSet[] Categories = OfCategories();
    private static readonly FrozenDictionary<string, CodePointSet> Properties = Tables("properties", 1);
    private static readonly FrozenDictionary<string, CodePointSet> Scripts = Tables("scripts", 2);

    private static readonly FrozenDictionary<string, CodePointSet> ByShortName = Enum.GetValues<UnicodeCategory>()
        .SelectMany(c =>
            (KeyValuePair<string, CodePointSet>[])[new(ShortName(c), Categories[(int)c]), new(Key(LongName(c)), Categories[(int)c])]
        )
        .Concat(
            from major in (string[])["L Letter", "M Mark", "N Number", "P Punctuation", "S Symbol", "Z Separator", "C Other"]
            from name in major.Split(' ')
            select new KeyValuePair<string, CodePointSet>(Key(name), Major(major[0]))
        )
        .ToFrozenDictionary(StringComparer.Ordinal);

    public static CodePointSet Any { get; } = ~CodePointSet.Empty;

    public static CodePointSet Newline { get; } = CodePointSet.Of('\n');

    /// <summary>Nd: what <c>\d</c> matches.</summary>
    public static CodePointSet Digit => Categories[(int)UnicodeCategory.DecimalDigitNumber];

    /// <summary>White_Space: what <c>\s</c> matches.</summary>
    public static CodePointSet Space { get; } = Major('Z') | CodePointSet.Of([(9, 13), (0x85, 0x85)]);

    public static CodePointSet Alphabetic { get; } =
        Major('L') | Categories[(int)UnicodeCategory.LetterNumber] | Properties["OTHERALPHABETIC"];

    /// <summary>What <c>[[:word:]]</c>, and <c>\w</c> within brackets, match.</summary>
    public static CodePointSet Word { get; } = Alphabetic | Major('M') | Digit | Categories[(int)UnicodeCategory.ConnectorPunctuation];

    /// <summary>What <c>\w</c> outside of brackets and <c>\b</c> take as a word: Oniguruma's table of the first 256 characters has some
    /// more numbers (² ³ ¹ ¼ ½ ¾).</summary>
    public static CodePointSet BareWord { get; } = Word | CodePointSet.Of([(0xb2, 0xb3), (0xb9, 0xb9), (0xbc, 0xbe)]);

    public static CodePointSet HexDigit { get; } = CodePointSet.Of([('0', '9'), ('A', 'F'), ('a', 'f')]);

    private static CodePointSet Graphic { get; } =
        Major('L')
        | Major('M')
        | Major('N')
        | Major('P')
        | Major('S')
        | Categories[(int)UnicodeCategory.Format]
        | Categories[(int)UnicodeCategory.PrivateUse];

    /// <summary>Names of POSIX classes.</summary>
    public static IReadOnlyDictionary<string, CodePointSet> Posix { get; } =
        new Dictionary<string, CodePointSet>(StringComparer.Ordinal)
        {
            ["alnum"] = Alphabetic | Digit,
            ["alpha"] = Alphabetic,
            ["ascii"] = CodePointSet.Of([(0, 0x7f)]),
            ["blank"] = Categories[(int)UnicodeCategory.SpaceSeparator] | CodePointSet.Of('\t'),
            ["cntrl"] = Categories[(int)UnicodeCategory.Control],
            ["digit"] = Digit,
            ["graph"] = Graphic,
            ["lower"] = Categories[(int)UnicodeCategory.LowercaseLetter] | Properties["OTHERLOWERCASE"],
            ["print"] = Graphic | Categories[(int)UnicodeCategory.SpaceSeparator],
            ["punct"] = Major('P') | Major('S'),
            ["space"] = Space,
            ["upper"] = Categories[(int)UnicodeCategory.UppercaseLetter] | Properties["OTHERUPPERCASE"],
            ["word"] = Word,
            ["xdigit"] = HexDigit,
        };

    /// <summary>The set that <c>\p{name}</c> names: a general category, a script, a POSIX class or one of a few properties. Case, spaces,
    /// hyphens and underscores do not matter. Null for other names.</summary>
    public static CodePointSet? Named(string name)
    {
        var key = Key(name);
        return ByShortName.TryGetValue(key, out var category) ? category
            : Scripts.TryGetValue(key, out var script) ? script
            : key switch
            {
                "ANY" => Any,
                "ASSIGNED" => ~Categories[(int)UnicodeCategory.OtherNotAssigned],
                "LC" or "CASEDLETTER" => Categories[(int)UnicodeCategory.UppercaseLetter]
                    | Categories[(int)UnicodeCategory.LowercaseLetter]
                    | Categories[(int)UnicodeCategory.TitlecaseLetter],
                "ALPHABETIC" => Alphabetic,
                "LOWERCASE" => Posix["lower"],
                "UPPERCASE" => Posix["upper"],
                "WHITESPACE" => Space,

                // \p{Punct} is the category P, without the symbols of [[:punct:]].
                "PUNCT" => Major('P'),
                "POSIXPUNCT" => Posix["punct"],
                _ => Posix.GetValueOrDefault(key.ToLowerInvariant()),
            };
    }

    public static CodePointSet Of(UnicodeCategory category) => Categories[(int)category];

    private static CodePointSet Major(char letter) =>
        Enum.GetValues<UnicodeCategory>()
            .Where(c => ShortName(c)[0] == letter)
            .Aggregate(CodePointSet.Empty, (all, c) => all | Categories[(int)c]);

    private static CodePointSet[] OfCategories()
    {
        var ranges = Enum.GetValues<UnicodeCategory>().Select(_ => new List<(int, int)>()).ToArray();
        var start = 0;
        var current = CharUnicodeInfo.GetUnicodeCategory(0);
        for (var point = 1; point <= CodePointSet.Last + 1; point++)
        {
            var category = point <= CodePointSet.Last ? CharUnicodeInfo.GetUnicodeCategory(point) : (UnicodeCategory)(-1);
            if (category != current)
            {
                ranges[(int)current].Add((start, point - 1));
                (start, current) = (point, category);
            }
        }

        return [.. ranges.Select(CodePointSet.Of)];
    }

    private static FrozenDictionary<string, CodePointSet> Tables(string table, int names) =>
        CharacterData
            .Lines(table)
            .GroupBy(l => l[0], StringComparer.Ordinal)
            .SelectMany(lines =>
            {
                var set = CodePointSet.Of(lines.SelectMany(l => l.Skip(names)).Select(CharacterData.Range));
                return lines.First().Take(names).Select(Key).Distinct().Select(name => (name, set));
            })
            .ToFrozenDictionary(s => s.name, s => s.set, StringComparer.Ordinal);

    private static string Key(string name) => string.Concat(name.Where(c => c is not (' ' or '-' or '_'))).ToUpperInvariant();

    private static string ShortName(UnicodeCategory category) =>
        category switch
        {
            UnicodeCategory.UppercaseLetter => "LU",
            UnicodeCategory.LowercaseLetter => "LL",
            UnicodeCategory.TitlecaseLetter => "LT",
            UnicodeCategory.ModifierLetter => "LM",
            UnicodeCategory.OtherLetter => "LO",
            UnicodeCategory.NonSpacingMark => "MN",
            UnicodeCategory.SpacingCombiningMark => "MC",
            UnicodeCategory.EnclosingMark => "ME",
            UnicodeCategory.DecimalDigitNumber => "ND",
            UnicodeCategory.LetterNumber => "NL",
            UnicodeCategory.OtherNumber => "NO",
            UnicodeCategory.SpaceSeparator => "ZS",
            UnicodeCategory.LineSeparator => "ZL",
            UnicodeCategory.ParagraphSeparator => "ZP",
            UnicodeCategory.Control => "CC",
            UnicodeCategory.Format => "CF",
            UnicodeCategory.Surrogate => "CS",
            UnicodeCategory.PrivateUse => "CO",
            UnicodeCategory.ConnectorPunctuation => "PC",
            UnicodeCategory.DashPunctuation => "PD",
            UnicodeCategory.OpenPunctuation => "PS",
            UnicodeCategory.ClosePunctuation => "PE",
            UnicodeCategory.InitialQuotePunctuation => "PI",
            UnicodeCategory.FinalQuotePunctuation => "PF",
            UnicodeCategory.OtherPunctuation => "PO",
            UnicodeCategory.MathSymbol => "SM",
            UnicodeCategory.CurrencySymbol => "SC",
            UnicodeCategory.ModifierSymbol => "SK",
            UnicodeCategory.OtherSymbol => "SO",
            _ => "CN",
        };

    /// <summary>Unicode's name, which differs from .NET's for a few categories.</summary>
    private static string LongName(UnicodeCategory category) =>
        category switch
        {
            UnicodeCategory.NonSpacingMark => "Nonspacing_Mark",
            UnicodeCategory.SpacingCombiningMark => "Spacing_Mark",
            UnicodeCategory.DecimalDigitNumber => "Decimal_Number",
            UnicodeCategory.InitialQuotePunctuation => "Initial_Punctuation",
            UnicodeCategory.FinalQuotePunctuation => "Final_Punctuation",
            UnicodeCategory.OtherNotAssigned => "Unassigned",
            _ => category.ToString(),
        };
}
