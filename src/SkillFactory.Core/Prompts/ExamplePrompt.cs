using SkillFactory.Core.Recipes;
using SkillFactory.Core.Tasks;

namespace SkillFactory.Core.Prompts;

/// <summary>Shows worked examples before a question, for a model that should imitate them (BOLT, Pang et al. 2025; paper, appendix G). The
/// paper does not publish its prompt, so the wording is ours.</summary>
public sealed class ExamplePrompt(PromptSet prompts, IReadOnlyList<WorkedExample> examples)
{
    private const string Introduction =
        "Below are problems, each with a response that works on it at length: it tries, checks what it found, "
        + "and tries again where it was wrong. Write the response to the last problem in the same manner, "
        + "with the same marks around its parts. Work on it anew; do not copy from the examples.";

    private readonly PromptVariant _plain = prompts.Variant(PromptVariant.Original);

    /// <summary>The messages that ask for a solution. An example of the same question is not shown.</summary>
    public (string? System, string User) SolvePrompt(Question question, string variant)
    {
        var (system, user) = prompts.SolvePrompt(question, variant);
        var own = Whitespace.Collapse(question.Text);
        var shown = examples.Where(e => Whitespace.Collapse(_plain.WithoutSuffix(e.User)) != own).ToList();
        return shown.Count == 0 ? (system, user)
            : prompts.Wording == RecipeValues.Compact
                ? (system, string.Concat(shown.Select(e => $"{_plain.WithSuffix(e.User)}{e.Response.Trim()}\n")) + user)
            : (system, Standard(shown, user));
    }

    private string Standard(List<WorkedExample> shown, string user)
    {
        var parts = shown.Select(
            (e, i) => $"# Problem {i + 1}\n{_plain.WithoutSuffix(e.User).Trim()}\n\n# Response {i + 1}\n{e.Response.Trim()}\n"
        );
        return $"""
            {Introduction}

            {string.Join('\n', parts)}
            # Problem {shown.Count + 1}
            {user}
            """.ReplaceLineEndings("\n");
    }
}
