using SkillFactory.Core.Recipes;
using SkillFactory.Core.YamlBinding;
using SkillFactory.Grading;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Traces;

/// <summary>The phrases between the parts of a trace, by the paper's categories (appendix E.1); the wording is ours.</summary>
public sealed record PhraseSet
{
    /// <summary>Neutral phrases that call for another look. They follow correct and wrong attempts.</summary>
    public required IReadOnlyList<string> Generic { get; init; }

    /// <summary>The previous attempt looks right; check it anyway.</summary>
    public required IReadOnlyList<string> Correct { get; init; }

    /// <summary>The previous attempt was wrong; try again.</summary>
    public required IReadOnlyList<string> Incorrect { get; init; }

    /// <summary>Leads to a restated final answer.</summary>
    public required IReadOnlyList<string> Ending { get; init; }

    /// <summary>The last attempt was wrong and an earlier one right; return to it. Only some formats use these.</summary>
    public IReadOnlyList<string> Backtrack { get; init; } = [];

    /// <summary>The answer was verified several times. Only some formats use these.</summary>
    public IReadOnlyList<string> Confirm { get; init; } = [];

    /// <summary>The previous attempt was wrong; try another method. Only some formats use these. The paper does not have this
    /// category.</summary>
    public IReadOnlyList<string> Alternate { get; init; } = [];

    /// <summary>"standard", "compact", or the path of a YAML file with the keys generic, correct, incorrect, ending and, optionally,
    /// backtrack, confirm and alternate.</summary>
    /// <exception cref="UserErrorException">The file is missing or not valid.</exception>
    public static PhraseSet Resolve(string phrases) =>
        phrases switch
        {
            RecipeValues.Standard => Standard,
            RecipeValues.Compact => Compact,
            _ => Load(phrases),
        };

    private static PhraseSet Load(string path)
    {
        if (!File.Exists(path))
        {
            throw new UserErrorException(
                $"found '{path}'; expected {string.Join(", ", RecipeValues.Phrases)} or an existing YAML file"
                    + (NearestName.Of(Path.GetFileName(path), RecipeValues.Phrases) is { } near ? $"; did you mean '{near}'?" : "")
            );
        }

        var source = YamlSource.Load(path);
        var set = source.Bind<PhraseSet>();
        foreach (
            var (key, list, needed) in new[]
            {
                ("generic", set.Generic, true),
                ("correct", set.Correct, true),
                ("incorrect", set.Incorrect, true),
                ("ending", set.Ending, true),
                ("backtrack", set.Backtrack, false),
                ("confirm", set.Confirm, false),
                ("alternate", set.Alternate, false),
            }
        )
        {
            if (needed && list.Count == 0)
            {
                throw source.Error(key, "found an empty list; expected at least one phrase");
            }

            foreach (var (i, phrase) in list.Index())
            {
                if (string.IsNullOrWhiteSpace(phrase))
                {
                    throw source.Error($"{key}[{i}]", "found an empty phrase; expected text");
                }

                if (Tags.All.FirstOrDefault(t => phrase.Contains(Tags.Open(t)) || phrase.Contains(Tags.Close(t))) is { } tag)
                {
                    throw source.Error(
                        $"{key}[{i}]",
                        $"found '{phrase}', which holds the tag {Tags.Open(tag)} or its end; phrases stand between the tags"
                    );
                }
            }
        }

        return set;
    }

    /// <summary>Full sentences, for models that understand prose.</summary>
    public static PhraseSet Standard { get; } =
        new()
        {
            Generic =
            [
                "Hold on, I want to go over this once more.",
                "Let me take another careful look.",
                "I should double-check that before I go on.",
                "Wait, let me run through it again.",
                "It is worth working this out a second time.",
                "Let me think about the problem afresh.",
                "Before settling, I will go through it again.",
                "One more pass over this will not hurt.",
                "Let me see whether I reach the same result again.",
                "I will make another attempt to be sure.",
            ],
            Correct =
            [
                "That looks right, but let me confirm it with another try.",
                "I believe this holds; still, I will check it once more.",
                "This seems correct. I will solve it again to be certain.",
                "So far so good. Let me verify it independently.",
                "The result appears to be fine, yet another check is cheap.",
                "That answer works as far as I can see; I will try again to be safe.",
                "I am fairly confident, but a second derivation should agree.",
                "It checks out. Let me make sure by doing it over.",
                "This should be it. I will test it with a fresh attempt.",
                "Good, that fits. Let me see if another route gives the same.",
            ],
            Incorrect =
            [
                "That did not work, so I will try something else.",
                "This answer is wrong. Let me start again.",
                "There is a mistake in that; I need another attempt.",
                "No, that cannot be it. I will look for a different way.",
                "That misses what was asked. Let me try once more.",
                "I went wrong there. Here is another try.",
                "This does not hold up, so back to the problem.",
                "Not correct. A new approach is needed.",
                "That fails the check. I will think again.",
                "The last attempt was off. Let me redo it.",
            ],
            Ending =
            [
                "My final answer is:",
                "Having checked it, I answer:",
                "So the answer is:",
                "This gives the final answer:",
                "I am done checking. The answer:",
                "In conclusion, the answer is:",
                "That settles it. Final answer:",
                "The result I stand by is:",
                "Therefore my answer is:",
                "To sum up, the answer is:",
            ],
            Backtrack =
            [
                "This attempt is wrong, but an earlier one was right; I return to it.",
                "That last try failed. The earlier solution still stands, so I go back to it.",
                "I had it right before. Let me go back to that answer.",
                "This path leads nowhere; the earlier answer was the good one.",
                "The previous attempt that passed the check is the one to use.",
                "Going back: one of my earlier answers was correct.",
                "That was a step in the wrong direction. I take up the earlier solution again.",
                "No, the solution I found before is the right one. Back to it.",
                "This one is mistaken. I will use the attempt that checked out earlier.",
                "I should not have left my earlier answer; it was correct.",
            ],
            Confirm =
            [
                "Several attempts agree now, so I will finish here.",
                "I have verified this more than once and can settle on it.",
                "The checks agree. I am confident in this answer.",
                "Reached the same verdict again; that is enough checking.",
                "This has been confirmed repeatedly, so I will answer.",
                "Two checks in a row hold. I am done.",
                "Having confirmed it again, I will give the answer.",
                "It is right again. No further check is needed.",
                "Everything agrees after several checks; time to answer.",
                "Confirmed once more. I will finalise it.",
            ],
            Alternate =
            [
                "That way did not work. Let me try a different method.",
                "I will set this approach aside and go about it another way.",
                "Perhaps there is a better way to look at this. Let me switch.",
                "This method fails here, so I will choose another.",
                "Let me come at the problem from a different side.",
                "Instead of mending that, I will try a new strategy.",
                "A different line of thought may get further.",
                "That route is closed; here is another one.",
                "I will change my approach.",
                "Let me drop this and work it out in another manner.",
            ],
        };

    /// <summary>One word each, which is a single token in the vocabulary of the tiny base model that ships.</summary>
    public static PhraseSet Compact { get; } =
        new()
        {
            Generic = ["Wait.", "Hmm.", "Recheck."],
            Correct = ["Sure?", "Verify."],
            Incorrect = ["Again.", "Retry.", "No.", "Wrong."],
            Ending = ["So:", "Final:"],
            Backtrack = ["Back."],
            Confirm = ["Sure.", "Settled."],
            Alternate = ["Otherwise."],
        };
}
