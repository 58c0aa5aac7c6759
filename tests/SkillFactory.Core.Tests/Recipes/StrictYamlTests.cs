using SkillFactory.Core.Recipes;
using SkillFactory.Core.YamlBinding;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Tests.Recipes;

public class StrictYamlTests
{
    public enum Colour
    {
        Red,
        DarkBlue,
    }

    public sealed record Inner
    {
        public required string Label { get; init; }

        public int Size { get; init; } = 7;
    }

    public sealed record Outer
    {
        public required string Title { get; init; }

        public int Count { get; init; }

        public long Big { get; init; }

        public double Rate { get; init; } = 0.5;

        public bool On { get; init; }

        public Colour Colour { get; init; }

        public int? Maybe { get; init; }

        public string? Note { get; init; }

        public Inner? Part { get; init; }

        public IReadOnlyList<Inner> Parts { get; init; } = [];

        public IReadOnlyList<int> Numbers { get; init; } = [];

        public IReadOnlyDictionary<string, string> Words { get; init; } = new Dictionary<string, string>();

        public IReadOnlyDictionary<string, double> Shares { get; init; } = new Dictionary<string, double>();

        /// <summary>Has no setter and is therefore no key.</summary>
        public int Computed => Count + 1;
    }

    [Fact]
    public void Every_kind_of_value_binds()
    {
        var outer = StrictYaml.Parse<Outer>(
            """
            title: a title
            count: -3
            big: 12345678901
            rate: 3e-4
            on: true
            colour: darkBlue
            maybe: 5
            note: "quoted: text"
            part: { label: x }
            parts:
              - label: one
                size: 1
              - { label: 2 }
            numbers: [1, 2, 3]
            words: { max: 9, on: true, empty: "" }
            shares: { a: 1, b: .25 }
            """,
            "x.yaml"
        );

        Assert.Equal("a title", outer.Title);
        Assert.Equal(-3, outer.Count);
        Assert.Equal(12345678901, outer.Big);
        Assert.Equal(3e-4, outer.Rate);
        Assert.True(outer.On);
        Assert.Equal(Colour.DarkBlue, outer.Colour);
        Assert.Equal(5, outer.Maybe);
        Assert.Equal("quoted: text", outer.Note);
        Assert.Equal(new Inner { Label = "x" }, outer.Part);
        Assert.Equal([new Inner { Label = "one", Size = 1 }, new Inner { Label = "2", Size = 7 }], outer.Parts);
        Assert.Equal([1, 2, 3], outer.Numbers);
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["max"] = "9",
                ["on"] = "true",
                ["empty"] = "",
            },
            outer.Words
        );
        Assert.Equal(new Dictionary<string, double> { ["a"] = 1, ["b"] = 0.25 }, outer.Shares);
    }

    [Fact]
    public void Missing_keys_keep_their_defaults_and_nullable_keys_take_null()
    {
        var outer = StrictYaml.Parse<Outer>("title: t\nmaybe: null\nnote: ~\npart:\n", "x.yaml");
        Assert.Equal(0.5, outer.Rate);
        Assert.Null(outer.Maybe);
        Assert.Null(outer.Note);
        Assert.Null(outer.Part);
    }

    [Fact]
    public void Aliases_take_the_value_of_their_anchor()
    {
        var outer = StrictYaml.Parse<Outer>("title: t\npart: &p { label: x, size: 2 }\nparts: [*p, *p]\n", "x.yaml");
        Assert.Equal([outer.Part, outer.Part], outer.Parts.Cast<Inner?>());
        Assert.Equal(2, outer.Part!.Size);
    }

    [Theory]
    [InlineData("", "x.yaml: the file is empty; expected a mapping of keys")]
    [InlineData("# only a comment\n", "x.yaml: the file is empty; expected a mapping of keys")]
    [InlineData("---\n", "x.yaml: the file is empty; expected a mapping of keys")]
    [InlineData("- a\n", "x.yaml:1: found a list of 1; expected a mapping of keys")]
    [InlineData("title: t\n---\ntitle: u\n", "x.yaml:2: a second document starts here; expected one document in the file")]
    [InlineData("title: t\ncount: 1\ntitle: u\n", "x.yaml:3: the key 'title' is given twice (first on line 1)")]
    [InlineData("title: t\nwords: { a: 1, a: 2 }\n", "x.yaml:2: the key 'a' is given twice (first on line 2)")]
    [InlineData("title: t\n[a]: 1\n", "x.yaml:2: found a list of 1 as a key; expected a name")]
    [InlineData("title: t\npart: *p\n", "x.yaml:2: the alias '*p' refers to nothing above it")]
    [InlineData("title: t\npart: &p { label: *p }\n", "x.yaml:2: the alias '*p' refers to nothing above it")]
    [InlineData("title: t\ncount: !!int 3\n", "x.yaml:2: found the tag 'tag:yaml.org,2002:int'; tags are not used here")]
    [InlineData("title: t\ncuont: 1\n", "x.yaml:2: cuont: unknown key 'cuont'; did you mean 'count'?")]
    [InlineData(
        "title: t\ncomputed: 1\n",
        "x.yaml:2: computed: unknown key 'computed'; known: big, colour, count, maybe, note, numbers, on, part, parts, "
            + "rate, shares, title, words"
    )]
    [InlineData(
        "title: t\nxylophone: 1\n",
        "x.yaml:2: xylophone: unknown key 'xylophone'; known: big, colour, count, maybe, note, numbers, on, part, "
            + "parts, rate, shares, title, words"
    )]
    [InlineData("title: t\nparts:\n  - label: a\n    sise: 2\n", "x.yaml:4: parts[0].sise: unknown key 'sise'; did you mean 'size'?")]
    [InlineData("count: 1\n", "x.yaml:1: the key 'title' is missing; expected text")]
    [InlineData("title: t\nparts:\n  - size: 1\n", "x.yaml:3: parts[0]: the key 'label' is missing; expected text")]
    [InlineData("title:\n", "x.yaml:1: title: found nothing; expected text")]
    [InlineData("title: [a]\n", "x.yaml:1: title: found a list of 1; expected text")]
    [InlineData("title: t\ncount: many\n", "x.yaml:2: count: found 'many'; expected a whole number")]
    [InlineData("title: t\ncount: 1.5\n", "x.yaml:2: count: found '1.5'; expected a whole number")]
    [InlineData(
        "title: t\ncount: 3000000000\n",
        "x.yaml:2: count: found '3000000000'; expected a whole number from -2147483648 to 2147483647"
    )]
    [InlineData("title: t\ncount: \"3\"\n", "x.yaml:2: count: found the quoted text \"3\"; expected a whole number")]
    [InlineData("title: t\nbig: x\n", "x.yaml:2: big: found 'x'; expected a whole number")]
    [InlineData("title: t\nrate: .nan\n", "x.yaml:2: rate: found '.nan'; expected a number")]
    [InlineData("title: t\nrate: 1e999\n", "x.yaml:2: rate: found '1e999'; expected a number")]
    [InlineData("title: t\nrate: { a: 1 }\n", "x.yaml:2: rate: found a mapping with the key 'a'; expected a number")]
    [InlineData("title: t\non: yes\n", "x.yaml:2: on: found 'yes'; expected true or false")]
    [InlineData(
        "title: t\ncolour: darkbleu\n",
        "x.yaml:2: colour: found 'darkbleu'; expected one of red, darkBlue; did you mean 'darkBlue'?"
    )]
    [InlineData("title: t\npart: x\n", "x.yaml:2: part: found 'x'; expected a mapping with the keys label, size")]
    [InlineData(
        "title: t\nparts: { label: x }\n",
        "x.yaml:2: parts: found a mapping with the key 'label'; expected a list, each a mapping with the keys label, size"
    )]
    [InlineData("title: t\nnumbers: [1, two]\n", "x.yaml:2: numbers[1]: found 'two'; expected a whole number")]
    [InlineData("title: t\nnumbers:\n  - 1\n  -\n", "x.yaml:4: numbers[1]: found nothing; expected a whole number")]
    [InlineData("title: t\nwords: [a]\n", "x.yaml:2: words: found a list of 1; expected a mapping of names, each text")]
    [InlineData("title: t\nshares: { a: b }\n", "x.yaml:2: shares.a: found 'b'; expected a number")]
    public void Errors_name_the_line_what_was_found_and_what_was_expected(string text, string message)
    {
        var error = Assert.Throws<UserErrorException>(() => StrictYaml.Parse<Outer>(text, "x.yaml"));
        Assert.Equal(message, error.Message);
    }

    public sealed record Bounded
    {
        [AtLeast(2, "one is too few")]
        public int Count { get; init; }

        [Above(0)]
        public double Rate { get; init; }

        [Between(0, 1, ExcludesMaximum = true)]
        public double? Share { get; init; }

        [OneOf(typeof(Bounded), nameof(Known))]
        public IReadOnlyList<string> Words { get; init; } = [];

        [AtLeastOne("number"), Distinct, Between(1, 9)]
        public IReadOnlyList<int> Numbers { get; init; } = [];

        [NotEmpty]
        public IReadOnlyDictionary<string, string> Texts { get; init; } = new Dictionary<string, string>();

        [Matches("[a-z]+", "lower-case letters")]
        public string Name { get; init; } = "a";

        public static IReadOnlyList<string> Known { get; } = ["red", "blue"];
    }

    [Fact]
    public void Values_within_their_bounds_bind()
    {
        var bounded = StrictYaml.Parse<Bounded>(
            "{ count: 2, rate: 1e-9, share: null, words: [red, red], numbers: [9, 1], texts: { a: b }, name: abc }",
            "x.yaml"
        );
        Assert.Equal((2, 1e-9, null, "abc"), (bounded.Count, bounded.Rate, bounded.Share, bounded.Name));
        Assert.Equal(0, StrictYaml.Parse<Bounded>("share: 0", "x.yaml").Share);
    }

    [Theory]
    [InlineData("count: 1", "x.yaml:1: count: found 1; expected at least 2 (one is too few)")]
    [InlineData("rate: 0e0", "x.yaml:1: rate: found 0e0; expected a number above 0")]
    [InlineData("share: 1.0", "x.yaml:1: share: found 1.0; expected a number from 0 to below 1")]
    [InlineData("words:\n  - red\n  - bleu\n", "x.yaml:3: words[1]: found 'bleu'; expected one of red, blue; did you mean 'blue'?")]
    [InlineData("numbers: []", "x.yaml:1: numbers: found an empty list; expected at least one number")]
    [InlineData("numbers:\n  - 3\n  - 10\n", "x.yaml:3: numbers[1]: found 10; expected a whole number from 1 to 9")]
    [InlineData("numbers:\n  - 3\n  - 3\n", "x.yaml:3: numbers[1]: '3' is given twice")]
    [InlineData("texts:\n  a: b\n  c: ''\n", "x.yaml:3: texts.c: found empty text; expected some text")]
    [InlineData("name: aB", "x.yaml:1: name: found 'aB'; expected lower-case letters")]
    public void Values_out_of_bounds_are_refused(string text, string message)
    {
        var error = Assert.Throws<UserErrorException>(() => StrictYaml.Parse<Bounded>(text, "x.yaml"));
        Assert.Equal(message, error.Message);
    }

    [Theory]
    [InlineData("title: [a, b\n")]
    [InlineData("title: 'open\n")]
    [InlineData("title: t\n\tcount: 1\n")]
    [InlineData("title: a: b\n")]
    public void Syntax_errors_name_the_line(string text)
    {
        var error = Assert.Throws<UserErrorException>(() => StrictYaml.Parse<Outer>(text, "x.yaml"));
        Assert.Matches(@"^x\.yaml:[123]: not valid YAML \(column \d+\): .+", error.Message);
    }

    [Fact]
    public void Nesting_and_alias_expansion_are_limited()
    {
        var deep = "title: " + new string('[', 100) + new string(']', 100);
        Assert.Contains("nested deeper than", Assert.Throws<UserErrorException>(() => StrictYaml.Parse<Outer>(deep, "x.yaml")).Message);

        // A hundred aliases of a list of a hundred aliases of a list of a hundred: 10^6 values from three lines.
        static string Hundred(string item) => $"[{string.Join(", ", Enumerable.Repeat(item, 100))}]";
        var bomb = $"once: &a {Hundred("1")}\ntwice: &b {Hundred("*a")}\nthrice: {Hundred("*b")}\n";
        Assert.Contains(
            "once its aliases are expanded",
            Assert.Throws<UserErrorException>(() => StrictYaml.Parse<Nested>(bomb, "x.yaml")).Message
        );
    }

    public sealed record Nested
    {
        public IReadOnlyList<int> Once { get; init; } = [];

        public IReadOnlyList<IReadOnlyList<int>> Twice { get; init; } = [];

        public IReadOnlyList<IReadOnlyList<IReadOnlyList<int>>> Thrice { get; init; } = [];
    }

    [Fact]
    public void The_error_of_a_missing_file_names_the_nearest_file()
    {
        var folder = Directory.CreateTempSubdirectory().FullName;
        File.WriteAllText(Path.Combine(folder, "quickstart.yaml"), "title: t\n");
        var wanted = Path.Combine(folder, "quikstart.yaml");
        Assert.Equal(
            $"{wanted}: no such file; did you mean 'quickstart.yaml'?",
            Assert.Throws<UserErrorException>(() => StrictYaml.Read<Outer>(wanted)).Message
        );
        Assert.Equal("t", StrictYaml.Read<Outer>(Path.Combine(folder, "quickstart.yaml")).Title);
        Directory.Delete(folder, recursive: true);
    }
}
