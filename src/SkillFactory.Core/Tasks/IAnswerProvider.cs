using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Tasks;

/// <summary>A task that can give an answer it would grade as correct. Hinted prompts need it.</summary>
public interface IAnswerProvider
{
    /// <summary>A correct answer as it would appear between answer tags. The result is deterministic.</summary>
    /// <exception cref="UserErrorException">No answer to this question is known.</exception>
    string AnswerTo(Question question);
}
