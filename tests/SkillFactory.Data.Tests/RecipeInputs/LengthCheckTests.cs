using SkillFactory.Core.Recipes;
using SkillFactory.Core.Recipes.Rules;
using SkillFactory.Core.Tasks;
using SkillFactory.Data.RecipeInputs;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Data.Tests.RecipeInputs;

/// <summary>A model with 100 positions whose tokens are characters and whose template adds nothing. The compact prompt of 2x1 is
/// "Multiply:12*3\nSolve.": 20 tokens.</summary>
public sealed class LengthCheckTests : IDisposable
{
    private const string Recipe = """
        name: fit
        model: base
        prompts: compact
        train: [{ task: multiplication, level: 2x1 }]
        sampling: { questions: 20, decoding: { maxNewTokens: 10 }, variants: [original] }
        # reflections: none
        traces: { attempts: 1, format: as_written }
        sft: { maxLength: 80 }
        grpo: { steps: 2, promptsPerStep: 2, decoding: { maxNewTokens: 10 } }
        evaluation:
          questions: 20
          decoding: { maxNewTokens: 10 }
          sets: [{ task: multiplication, level: 2x1 }]
        arms:
          - name: base
          - name: rl
            stages: [grpo]
          - name: star
            stages: [sample, traces, sft]
        """;

    private const string Distilled = """
        name: fit
        model: base
        prompts: compact
        train: [{ task: multiplication, level: 2x1 }]
        given: { file: g.jsonl }
        sft:
          maxLength: 80
        evaluation: { questions: 5, decoding: { maxNewTokens: 10 }, sets: [{ task: multiplication, level: 2x1 }] }
        arms:
          - name: r1
            stages: [given, sft]
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string RecipePath => Path.Combine(_folder.Path, "r.yaml");

    [Fact]
    public void A_recipe_that_fits_is_accepted()
    {
        Check(Recipe);
        Check(Recipe.Replace("maxNewTokens: 10", "maxNewTokens: 80", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(
        "decoding: { maxNewTokens: 10 }\n  sets",
        "decoding: { maxNewTokens: 81 }\n  sets",
        "12: evaluation.decoding.maxNewTokens: arms base, rl, star, set multiplication/2x1: "
            + "the longest prompt has 20 tokens, and up to 81 follow; the model has 100 positions, so at most 80 can follow"
    )]
    [InlineData(
        "  sets",
        "  limitScale:\n    multiplication/2x1: 8.1\n  sets",
        "14: evaluation.limitScale.multiplication/2x1: arms base, rl, star, set multiplication/2x1: "
            + "the longest prompt has 20 tokens, and up to 81 follow; the model has 100 positions, so at most 80 can follow"
    )]
    [InlineData(
        "  sets",
        "  forcing:\n    limitScale: 8\n  sets",
        "14: evaluation.forcing.limitScale: arms base, rl, star, set multiplication/2x1, "
            + "budget forcing (a response of up to 80 tokens with 21 of the trigger): "
            + "the longest prompt has 20 tokens, and up to 101 follow; the model has 100 positions, so at most 80 can follow"
    )]
    [InlineData(
        "2, decoding: { maxNewTokens: 10 }",
        "2, decoding: { maxNewTokens: 81 }",
        "9: grpo.decoding.maxNewTokens: arm rl, grpo: "
            + "the longest prompt has 20 tokens, and up to 81 follow; the model has 100 positions, so at most 80 can follow"
    )]
    [InlineData(
        "    stages: [grpo]",
        "    stages: [grpo]\n    set:\n      grpo:\n        decoding: { maxNewTokens: 99 }",
        "20: arms[1].set.grpo.decoding.maxNewTokens: arm rl, grpo: "
            + "the longest prompt has 20 tokens, and up to 99 follow; the model has 100 positions, so at most 80 can follow"
    )]
    [InlineData(
        "20, decoding: { maxNewTokens: 10 }, variants: [original]",
        "20, decoding: { maxNewTokens: 81 }, variants: [original]",
        "5: sampling.decoding.maxNewTokens: arm star, sample: "
            + "the longest prompt has 20 tokens, and up to 81 follow; the model has 100 positions, so at most 80 can follow"
    )]
    [InlineData(
        "maxLength: 80",
        "maxLength: 101",
        "8: sft.maxLength: arm star: found 101; the model has 100 positions, so at most that many"
    )]
    [InlineData(
        "maxLength: 80",
        "maxLength: 20",
        "8: sft.maxLength: arm star: found 20; the shortest prompt has 20 tokens, so no trace fits (the model has 100 positions)"
    )]
    public void What_does_not_fit_is_refused_at_its_key(string part, string change, string expected)
    {
        var text = Recipe.Replace(part, change, StringComparison.Ordinal);
        Assert.NotEqual(Recipe, text);
        Assert.Equal($"{RecipePath}:{expected}", Refused(text));
    }

    [Fact]
    public void The_longest_attempt_must_fit_into_the_prompt_of_its_reflection()
    {
        var text = Recipe
            .Replace("as_written", "'*C_full'", StringComparison.Ordinal)
            .Replace("[sample, traces, sft]", "[sample, reflect, traces, sft]", StringComparison.Ordinal)
            .Replace("# reflections: none", "reflection: { decoding: { maxNewTokens: 10 } }", StringComparison.Ordinal);
        Check(text);
        Assert.Matches(
            @"r.yaml:6: reflection.decoding.maxNewTokens: arm star, reflect \(an attempt of up to 9 tokens in the prompt\): "
                + @"the longest prompt has \d+ tokens, and up to 89 follow; the model has 100 positions, so at most \d+ can follow$",
            Refused(
                text.Replace(
                    "reflection: { decoding: { maxNewTokens: 10 } }",
                    "reflection: { decoding: { maxNewTokens: 80 } }",
                    StringComparison.Ordinal
                )
            )
        );
    }

    [Fact]
    public void Every_arm_and_set_that_does_not_fit_is_named()
    {
        var lines = Refused(
                Recipe
                    .Replace("level: 2x1 }]\narms", "level: 2x1 }, { task: multiplication, level: 4x3 }]\narms", StringComparison.Ordinal)
                    .Replace(
                        "  - name: rl",
                        "  - { name: told, stages: [grpo], set: { prompts: compact_instructed } }\n  - name: rl",
                        StringComparison.Ordinal
                    )
            )
            .Split(Environment.NewLine);
        Assert.Equal(3, lines.Length);
        Assert.Matches(@"r.yaml:13: evaluation.sets\[0\]: arm told, set multiplication/2x1: the longest prompt has \d+ tokens", lines[0]);
        Assert.Matches(@"r.yaml:13: evaluation.sets\[1\]: arm told, set multiplication/4x3: the longest prompt has \d+ tokens", lines[1]);
        Assert.Matches(@"r.yaml:9: grpo.questions: arm told, grpo: the longest prompt has \d+ tokens; the model has 100", lines[2]);
    }

    [Fact]
    public void Imported_traces_longer_than_maxLength_are_refused_unless_the_recipe_says_what_to_do()
    {
        // The prompts are "1\nSolve." and the like, and the end token follows.
        Given(("1", 30), ("22", 70), ("33", 71), ("44", 79));
        Assert.Equal(
            $"{RecipePath}:7: sft.maxLength: arm r1: 2 traces of {_folder.Path}/g.jsonl have more than 80 tokens with their prompts, the "
                + "longest 89; raise maxLength (the model has 100 positions), or set longer to skip or cut",
            Refused(Distilled)
        );
        Check(
            Distilled
                .Replace("maxLength: 80", "longer: skip", StringComparison.Ordinal)
                .Replace("sft:", "sft:\n  maxLength: 80", StringComparison.Ordinal)
        );
        Check(Distilled.Replace("maxLength: 80", "maxLength: 89", StringComparison.Ordinal));
        Given(("44", 79));
        Assert.Contains(
            "1 traces of",
            Refused(Distilled.Replace("maxLength: 80", "maxLength: 80\n  longer: skip", StringComparison.Ordinal)),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Imported_traces_of_which_none_is_correct_are_refused()
    {
        Given(("1", 30), ("22", 70));
        Assert.Equal(
            $"{RecipePath}:5: given.keep: arm r1: no trace of {_folder.Path}/g.jsonl is graded as correct, so none is used",
            Refused(Distilled.Replace("g.jsonl }", "g.jsonl, task: multiplication, keep: correct }", StringComparison.Ordinal))
        );
    }

    [Fact]
    public void A_prompt_that_the_template_refuses_is_named()
    {
        File.WriteAllText(RecipePath, Recipe);
        var check = new LengthCheck(RecipeReader.Read(RecipePath, []), TaskRegistry.Get, _ => new ModelLimits(
            100,
            (_, _) => throw new UserErrorException("no system message"),
            text => text.Length
        ));
        Assert.StartsWith(
            $"{RecipePath}:13: evaluation.sets[0]: arms base, rl, star, set multiplication/2x1: "
                + "a prompt cannot be written: no system message",
            Assert.Throws<UserErrorException>(check.Check).Message,
            StringComparison.Ordinal
        );
    }

    private void Given(params (string Question, int Length)[] rows) =>
        File.WriteAllLines(
            Path.Combine(_folder.Path, "g.jsonl"),
            rows.Select(r => $$"""{"question":"{{r.Question}}","response":"{{new string('x', r.Length)}}","gold":"2 * 3 = 6"}""")
        );

    private string Refused(string text) => Assert.Throws<UserErrorException>(() => Check(text)).Message;

    private void Check(string text)
    {
        File.WriteAllText(RecipePath, text);
        var model = new ModelLimits(100, (system, user) => system + user, tokens => tokens.Length);
        new LengthCheck(RecipeReader.Read(RecipePath, []), TaskRegistry.Get, _ => model).Check();
    }
}
