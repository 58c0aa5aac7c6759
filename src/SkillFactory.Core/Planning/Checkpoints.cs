using SkillFactory.Core.Recipes;

namespace SkillFactory.Core.Planning;

/// <summary>Names of the checkpoints that are evaluated: values of <see cref="ArmStageResult.Checkpoint"/>.</summary>
public static class Checkpoints
{
    /// <summary>The base model before training.</summary>
    public const string Base = "base";

    /// <summary>After supervised fine-tuning.</summary>
    public const string Sft = StageNames.Sft;

    /// <summary>After GRPO.</summary>
    public const string Grpo = StageNames.Grpo;
}
