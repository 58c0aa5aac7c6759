using System.Text.Json;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Recipes.Rules;

namespace SkillFactory.Core.Tests.Recipes;

public class RecipeReaderTests
{
    [Fact]
    public void Keys_that_are_not_written_have_their_defaults()
    {
        var recipe = RecipeText.Parse(RecipeText.Valid);
        Assert.Equal("test", recipe.Name);
        Assert.Equal("/work/models/base", recipe.Model);
        Assert.Equal([1L], recipe.Seeds);
        Assert.Equal(30, recipe.Grpo.Steps);
        Assert.Equal(64, recipe.Grpo.Decoding.MaxNewTokens);
        Assert.Equal(1.0, recipe.Grpo.Decoding.Temperature);
        Assert.Equal("*C_full", recipe.Traces.Format);
        Assert.Equal(["base", "rl", "full"], recipe.Arms.Select(a => a.Name));
        Assert.All(recipe.Arms, a => Assert.Equal(new ArmOverrides(), a.Set));
    }

    [Fact]
    public void Template_arguments_are_names_and_values_and_are_written_as_they_were_read()
    {
        var recipe = RecipeText.Parse(
            RecipeText.Valid + "\ntemplateArguments: { enable_thinking: false, date_string: 26 Jul 2024, budget: 12 }\n"
        );
        Assert.Equal(
            [("budget", "12"), ("date_string", "26 Jul 2024"), ("enable_thinking", "false")],
            recipe.TemplateArguments!.OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => (a.Key, a.Value))
        );
        Assert.Equal(recipe.TemplateArguments, RecipeText.Parse(RecipeWriter.ToYaml(recipe)).TemplateArguments);
        Assert.Null(RecipeText.Parse(RecipeText.Valid).TemplateArguments);
    }

    [Fact]
    public void An_arm_changes_only_the_keys_it_writes()
    {
        var recipe = RecipeText.Parse(
            RecipeText
                .Valid.Replace(
                    "stages: [grpo]",
                    "stages: [grpo]\n    set: { grpo: { steps: 5, decoding: { temperature: 0.7 } } }",
                    StringComparison.Ordinal
                )
                .Replace(
                    "sft, grpo]",
                    "sft, grpo]\n    set: { traces: { loss: mask_wrong }, train: [{ task: countdown, level: 4, weight: 2 }] }",
                    StringComparison.Ordinal
                )
        );
        var rl = recipe.Arms[1].Set;
        Assert.Equal(recipe.Grpo with { Steps = 5, Decoding = recipe.Grpo.Decoding with { Temperature = 0.7 } }, rl.Grpo);
        Assert.Equal(64, rl.Grpo!.Decoding.MaxNewTokens);
        Assert.Null(rl.Traces);
        Assert.Null(recipe.Arms[0].Set.Grpo);
        var full = recipe.Arms[2].Set;
        Assert.Equal(recipe.Traces with { Loss = "mask_wrong" }, full.Traces);
        Assert.Equal("4", Assert.Single(full.Train!).Level);
        Assert.Equal(30, recipe.Grpo.Steps);
    }

    [Fact]
    public void An_override_of_a_section_that_the_recipe_does_not_have_changes_the_defaults()
    {
        var recipe = RecipeText.Parse(
            RecipeText.Valid.Replace(
                "sft, grpo]",
                "sft, grpo]\n    set: { sft: { epochs: 1, gate: { questions: 9 } } }",
                StringComparison.Ordinal
            )
        );
        Assert.Equal(
            new SftSettings
            {
                Epochs = 1,
                Gate = new SftGate { Questions = 9 },
            },
            recipe.Arms[2].Set.Sft
        );
        Assert.Null(recipe.Sft.Gate);
    }

    [Fact]
    public void A_round_changes_only_the_keys_it_writes_and_precedes_the_arm()
    {
        var recipe = RecipeText.Parse(
            RecipeText.Valid.Replace(
                "stages: [sample, reflect, traces, sft, grpo]",
                """
                stages: [grpo, sample, traces, sft, sample, reflect, traces, sft, grpo]
                    set: { traces: { loss: mask_wrong }, grpo: { groupSize: 4 } }
                    rounds:
                      - {}
                      - { traces: { format: rejection, attempts: 3 } }
                      - { grpo: { steps: 5 }, sft: { epochs: 1 }, train: [{ task: countdown, level: 4 }] }
                """,
                StringComparison.Ordinal
            )
        );
        var rounds = ArmRound.Of(recipe, recipe.Arms[2]);
        Assert.Equal(["grpo", "sample traces sft", "sample reflect traces sft grpo"], rounds.Select(r => string.Join(' ', r.Stages)));
        Assert.Equal([1, 2, 3], rounds.Select(r => r.Number));
        var (masked, grouped) = (recipe.Traces with { Loss = "mask_wrong" }, recipe.Grpo with { GroupSize = 4 });
        Assert.Equal([masked, masked with { Format = "rejection", Attempts = 3 }, masked], rounds.Select(r => r.Traces));
        Assert.Equal([grouped, grouped, grouped with { Steps = 5 }], rounds.Select(r => r.Grpo));
        Assert.Equal([recipe.Sft, recipe.Sft, recipe.Sft with { Epochs = 1 }], rounds.Select(r => r.Sft));
        Assert.Equal(["3", "3", "4"], rounds.Select(r => r.Train[0].Level));
        Assert.Equal(rounds[0].Train, ArmRound.Of(recipe, recipe.Arms[0]).Single().Train);
    }

    [Fact]
    public void An_override_can_remove_a_key_with_null()
    {
        var recipe = RecipeText.Parse(
            RecipeText
                .Valid.Replace("grpo:\n", "sft: { gate: { questions: 9 } }\ngrpo:\n", StringComparison.Ordinal)
                .Replace("sft, grpo]", "sft, grpo]\n    set: { sft: { gate: null } }", StringComparison.Ordinal)
        );
        Assert.Equal(9, recipe.Sft.Gate!.Questions);
        Assert.NotNull(recipe.Arms[2].Set.Sft);
        Assert.Null(recipe.Arms[2].Set.Sft!.Gate);
    }

    [Fact]
    public void Paths_are_relative_to_the_recipe_file()
    {
        var folder = Directory.CreateTempSubdirectory().FullName;
        Directory.CreateDirectory(Path.Combine(folder, "lists"));
        File.WriteAllText(Path.Combine(folder, "lists", "mine.yaml"), "generic: [a]\ncorrect: [b]\nincorrect: [c]\nending: [d]\n");
        var file = Path.Combine(folder, "r.yaml");
        File.WriteAllText(
            file,
            RecipeText
                .Valid.Replace("grpo:\n", "traces: { phrases: lists/mine.yaml }\ngrpo:\n", StringComparison.Ordinal)
                .Replace("sft, grpo]", "sft, grpo]\n    rounds: [{ traces: { repeats: 2 } }]", StringComparison.Ordinal)
                .Replace("models/base", "../base", StringComparison.Ordinal)
        );
        var recipe = RecipeReader.Read(file);
        Assert.Equal(Path.Combine(Path.GetDirectoryName(folder)!, "base"), recipe.Model);
        Assert.Equal(Path.Combine(folder, "lists", "mine.yaml"), recipe.Traces.Phrases);
        Assert.Equal(Path.Combine(folder, "lists", "mine.yaml"), ArmRound.Of(recipe, recipe.Arms[2]).Single().Traces.Phrases);
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("grpo:\n", "grpo:\n  tokenBudget: 1000\n", "  steps: 30\n", "")]
    [InlineData("stages: [grpo]", "stages: [grpo]\n    set: { grpo: { tokenBudget: \"match:full\" } }", "x", "x")]
    [InlineData(
        "stages: [grpo]",
        "stages: [grpo]\n    set: { grpo: { steps: 4, tokenBudget: null } }",
        "  steps: 30\n",
        "  tokenBudget: 77\n"
    )]
    [InlineData(
        "grpo:\n",
        "sft: { gate: {} }\ngrpo:\n",
        "sft, grpo]",
        "sft, grpo]\n    set: { sft: { gate: null }, traces: { repeats: 2 } }"
    )]
    [InlineData(
        "name: test\n",
        "name: test\ndescription: 'null'\nseeds: [-1, 2]\n",
        "stages: [sample, reflect, traces, sft, grpo]",
        "stages: []"
    )]
    [InlineData("level: 3 }", "level: 3, weight: 0.25, settings: { operators: '+-*', max: '20', use: exactly_once } }", "x", "x")]
    [InlineData(
        "sft, grpo]",
        "sft, grpo]\n    set: { sampling: { rounds: 3, enough: { correct: 2, wrong: 1 }, tokenBudget: 900, variants: "
            + "[original, rephrase_hinted] } }",
        "x",
        "x"
    )]
    [InlineData(
        "grpo:\n",
        "given: { file: g.jsonl, task: countdown }\ngrpo:\n",
        "[sample, reflect, traces, sft, grpo]",
        "[given, sft]\n    set: { given: { keep: correct }, sft: { longer: cut, rows: 7 } }"
    )]
    [InlineData("sft, grpo]", "sft, grpo]\n    set: { sampling: { model: ../other, examples: { file: e.jsonl, count: 3 } } }", "x", "x")]
    [InlineData(
        "[sample, reflect, traces, sft, grpo]",
        "[sample, traces, sft, grpo, sample, reflect, traces, sft]\n    set: { sft: { epochs: 1 } }\n    rounds: [{ "
            + "traces: { format: rejection } }, {}, { sft: { startFrom: previous } }]",
        "x",
        "x"
    )]
    public void Writing_and_reading_gives_the_same_recipe(string find, string replace, string find2, string replace2)
    {
        var text = RecipeText.Valid;
        if (find == "level: 3 }")
        {
            var at = text.IndexOf(find, StringComparison.Ordinal);
            text = text[..at] + replace + text[(at + find.Length)..];
        }
        else
        {
            text = text.Replace(find, replace, StringComparison.Ordinal).Replace(find2, replace2, StringComparison.Ordinal);
        }

        AssertRoundTrips(RecipeText.Parse(text));
    }

    private static void AssertRoundTrips(Recipe recipe)
    {
        var yaml = RecipeWriter.ToYaml(recipe);
        var again = RecipeReader.Parse(yaml, "resolved.yaml", "/anywhere");
        Assert.Equal(JsonSerializer.Serialize(recipe, CoreJson.Indented), JsonSerializer.Serialize(again, CoreJson.Indented));
        Assert.Equal(yaml, RecipeWriter.ToYaml(again));
    }
}
