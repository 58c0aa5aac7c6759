using SkillFactory.Core.Errors;
using SkillFactory.Core.Tasks;

namespace SkillFactory.Core.Prompts;

/// <summary>One wording of all prompts: how a model is asked to solve and to judge.</summary>
/// <remarks>The trained prompt never describes the format of retrying and verifying; that is what the traces teach.</remarks>
public sealed class PromptSet
{
    private static readonly PromptSet Standard = new("standard", StandardPrompts.Variants, StandardPrompts.Reflection);
    private static readonly PromptSet Compact = new("compact", CompactPrompts.Variants, CompactPrompts.Reflection);

    private readonly Func<Question, string, (string? System, string User)> _reflection;

    private PromptSet(string name, IReadOnlyList<PromptVariant> variants, Func<Question, string, (string? System, string User)> reflection) =>
        (Name, Variants, _reflection) = (name, variants, reflection);

    /// <summary>As recipes write it; also the <see cref="QuestionSpec.Wording"/> of questions asked with it.</summary>
    public string Name { get; }

    /// <summary>The solve prompts, <see cref="PromptVariant.Original"/> first.</summary>
    public IReadOnlyList<PromptVariant> Variants { get; }

    /// <exception cref="UserErrorException">Unknown name.</exception>
    public static PromptSet Get(string name) => Wordings.Get(name) == Wording.Compact ? Compact : Standard;

    /// <exception cref="UserErrorException">Unknown variant; the message names the nearest one.</exception>
    public PromptVariant Variant(string name) =>
        Variants.FirstOrDefault(v => v.Name == name)
        ?? throw new UserErrorException($"unknown prompt variant '{name}'{NearestName.Hint(name, [.. Variants.Select(v => v.Name)])}");

    /// <summary>The messages that ask for a solution.</summary>
    public (string? System, string User) SolvePrompt(Question question, string variant)
    {
        var prompt = Variant(variant);
        return (prompt.System, prompt.UserMessage(question.Text));
    }

    /// <summary>The messages that ask to judge an attempt at a question.</summary>
    /// <param name="attempt">The attempt's whole response; surrounding space is dropped.</param>
    public (string? System, string User) ReflectionPrompt(Question question, string attempt) => _reflection(question, attempt.Trim());
}
