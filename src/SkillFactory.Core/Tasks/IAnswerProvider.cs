using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Tasks;

/// <summary>A task that can name an answer it would grade as correct. Needed where the answer is given to a model as a hint.</summary>
public interface IAnswerProvider
{
    /// <summary>A correct answer, as it would stand between answer tags; the same every time.</summary>
    /// <exception cref="UserErrorException">None is known for this question.</exception>
    string AnswerTo(Question question);
}
