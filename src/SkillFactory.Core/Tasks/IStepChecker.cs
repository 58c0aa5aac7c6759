using SkillFactory.Grading;

namespace SkillFactory.Core.Tasks;

/// <summary>A task that can say which steps of an attempt are right, whatever its answer came to. Used to rank attempts.</summary>
public interface IStepChecker
{
    /// <summary>The calculations an attempt writes down, and how many of them are arithmetically right.</summary>
    /// <param name="attempt">The attempt's whole text.</param>
    StepCheck CheckSteps(Question question, string attempt);
}
