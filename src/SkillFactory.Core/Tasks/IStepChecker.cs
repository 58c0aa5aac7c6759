using SkillFactory.Grading;

namespace SkillFactory.Core.Tasks;

/// <summary>A task that can check the single steps of an attempt, independently of its answer. Used to rank attempts.</summary>
public interface IStepChecker
{
    /// <summary>Counts the calculations in an attempt and how many of them are correct.</summary>
    /// <param name="attempt">The attempt's whole text.</param>
    StepCheck CheckSteps(Question question, string attempt);
}
