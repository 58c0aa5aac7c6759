using SkillFactory.Core.Recipes;
using SkillFactory.Core.Tasks;

namespace SkillFactory.Core.Prompts;

/// <summary>A question behind worked examples, for a model that is to write in their manner (BOLT, Pang et al. 2025; appendix G of the paper, whose
/// prompt was not published as text: this one is ours).</summary>
public sealed class ExamplePrompt(PromptSet prompts, IReadOnlyList<WorkedExample> examples)
{
    private readonly PromptVariant _plain = prompts.Variant(PromptVariant.Original);

    /// <summary>The messages that ask for a solution. An example of the same question is left out.</summary>
    public (string? System, string User) SolvePrompt(Question question, string variant)
    {
        var (system, user) = prompts.SolvePrompt(question, variant);
        var own = Whitespace.Collapse(question.Text);
        var shown = examples.Where(e => Whitespace.Collapse(_plain.Bare(e.User)) != own).ToList();
        return shown.Count == 0 ? (system, user)
            : prompts.Wording == RecipeValues.Compact
                ? (system, string.Concat(shown.Select(e => $"{_plain.Ask(e.User)}{e.Response.Trim()}\n")) + user)
            : (system, Standard(shown, user));
    }

    private string Standard(List<WorkedExample> shown, string user)
    {
        var parts = shown.Select((e, i) => $"# Problem {i + 1}\n{_plain.Bare(e.User).Trim()}\n\n# Response {i + 1}\n{e.Response.Trim()}\n");
        return $"""
            Below are problems, each with a response that works on it at length: it tries, checks what it found, and tries again where it was wrong. Write the response to the last problem in the same manner, with the same marks around its parts. Work on it anew; do not copy from the examples.

            {string.Join('\n', parts)}
            # Problem {shown.Count + 1}
            {user}
            """.ReplaceLineEndings("\n");
    }
}
