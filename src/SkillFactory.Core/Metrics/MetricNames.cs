namespace SkillFactory.Core.Metrics;

/// <summary>Names of the values in a <see cref="MetricRow"/>: those that other trainers use, where there are such.</summary>
public static class MetricNames
{
    public const string Loss = "loss";
    public const string LearningRate = "lr";
    public const string GradientNorm = "grad_norm";
    public const string Tokens = "tokens";
    public const string StepTime = "step_time";
    public const string TrainedTokens = "trained_tokens";
    public const string TokensPerSecond = "train_tokens_per_second";
    public const string Reward = "reward";
    public const string RewardStd = "reward_std";
    public const string DeadGroups = "frac_reward_zero_std";
    public const string MeanLength = "completions/mean_length";
    public const string MinLength = "completions/min_length";
    public const string MaxLength = "completions/max_length";
    public const string ClippedLength = "completions/clipped_ratio";
    public const string MeanTerminatedLength = "completions/mean_terminated_length";
    public const string Unscored = "completions/unscored_ratio";
    public const string Entropy = "entropy";
    public const string Kl = "kl";
    public const string ClippedLow = "clip_ratio/low_mean";
    public const string ClippedHigh = "clip_ratio/high_mean";
    public const string ClippedDual = "clip_ratio/dual_mean";
    public const string OldPolicyKl = "ppo_kl";
    public const string MeanLogProbDifference = "sampling/sampling_logp_difference/mean";
    public const string MaxLogProbDifference = "sampling/sampling_logp_difference/max";
    public const string MeanImportanceWeight = "sampling/importance_sampling_ratio/mean";
    public const string MaxImportanceWeight = "sampling/importance_sampling_ratio/max";
    public const string LimitedImportanceWeights = "sampling/importance_sampling_ratio/clipped";
    public const string Attempts = "skills/attempts_mean";
    public const string Reflections = "skills/reflections_mean";
    public const string FirstAttemptAccuracy = "skills/first_attempt_accuracy";
    public const string Correct = "correct";
    public const string AttemptsCorrect = "skills/attempts_correct";
    public const string VerdictsRight = "skills/verdicts_right";
    public const string EvalAccuracy = "eval/accuracy";
    public const string EvalResponses = "eval/responses";
    public const string EvalWellFormed = "eval/well_formed";
    public const string EvalStopAfterCorrect = "eval/stop_after_correct";
    public const string EvalStopAfterIncorrect = "eval/stop_after_incorrect";
    public const string EvalAttempts = "eval/attempts_mean";
    public const string EvalReflections = "eval/reflections_mean";
    public const string EvalLength = "eval/mean_length";
    public const string EvalFinished = "eval/finished";

    /// <summary>Every name, in the order of the reference page docs/reference/metrics.md.</summary>
    public static IReadOnlyList<MetricDescription> All { get; } =
    [
        new(
            Loss,
            "nats per token",
            "SFT, GRPO, pretrain",
            "SFT and pretraining: mean negative log-likelihood of the tokens that carry loss. GRPO: "
                + "surrogate loss with the KL penalty, in the unit of grpo.aggregation, mean over the step's updates."
        ),
        new(LearningRate, "", "SFT, GRPO", "Learning rate of the step."),
        new(GradientNorm, "", "SFT, GRPO", "Norm of the gradient before clipping. GRPO: mean over the step's updates."),
        new(Tokens, "tokens", "SFT, GRPO", "SFT: tokens of the batch, prompts included. GRPO: response tokens of the step's rollouts."),
        new(StepTime, "seconds", "SFT, GRPO", "Time of the update; GRPO: without sampling."),
        new(TrainedTokens, "tokens", "GRPO", "Tokens of the sequences in the step's updates, prompts included."),
        new(TokensPerSecond, "tokens per second", "SFT, GRPO", "Tokens trained on, prompts included, by the time of the update."),
        new(Reward, "", "GRPO", "Mean reward."),
        new(RewardStd, "", "GRPO", "Standard deviation of the reward inside a group, mean over groups."),
        new(DeadGroups, "share", "GRPO", "Groups whose rewards are all equal."),
        new(MeanLength, "tokens", "GRPO", "Mean response length."),
        new(MinLength, "tokens", "GRPO", "Shortest response."),
        new(MaxLength, "tokens", "GRPO", "Longest response."),
        new(ClippedLength, "share", "GRPO", "Responses that hit the length limit."),
        new(MeanTerminatedLength, "tokens", "GRPO", "Mean length of the responses that ended by themselves; 0 without any."),
        new(Unscored, "share", "GRPO", "Responses that could not be graded. They count as not correct."),
        new(Entropy, "nats per token", "GRPO", "Mean entropy of the distributions that response tokens were sampled from."),
        new(
            Kl,
            "nats per token",
            "GRPO",
            "Estimate of the KL divergence from the reference policy (grpo.klEstimator), of the updates, or with grpo.klIn reward of the "
                + "rollouts of the groups trained on; 0 without a KL penalty."
        ),
        new(
            OldPolicyKl,
            "nats per token",
            "GRPO",
            "Estimate of the KL divergence of the old policy from the current one: old minus current log-probability, mean over tokens and "
                + "the step's updates. The first update adds only the rounding between sampler and trainer."
        ),
        new(
            ClippedLow,
            "share",
            "GRPO",
            "Tokens whose importance ratio (with grpo.ratio sequence their response's) fell below the clip with a negative advantage. With "
                + "grpo.surrogate weight: whatever the advantage."
        ),
        new(ClippedHigh, "share", "GRPO", "The same above the clip, with a positive advantage."),
        new(
            ClippedDual,
            "share",
            "GRPO",
            "Tokens with a negative advantage whose importance ratio rose above the dual clip; 0 without one."
        ),
        new(
            MeanLogProbDifference,
            "nats",
            "GRPO",
            "Mean distance between a token's log-probability in training and in sampling, before the step's first update: of the tokens of "
                + "that update, or with grpo.importanceLimit of all groups trained on. Absent in a step without updates."
        ),
        new(MaxLogProbDifference, "nats", "GRPO", "The largest of these distances."),
        new(
            MeanImportanceWeight,
            "",
            "GRPO with grpo.importanceLimit",
            "Mean weight of a token, min(p of the trainer / p of the sampler, limit), over the groups trained on."
        ),
        new(MaxImportanceWeight, "", "GRPO with grpo.importanceLimit", "Largest weight of a token."),
        new(LimitedImportanceWeights, "share", "GRPO with grpo.importanceLimit", "Tokens whose weight is the limit."),
        new(Attempts, "attempts", "GRPO", "Attempts per response."),
        new(Reflections, "reflections", "GRPO", "Reflections per response."),
        new(
            FirstAttemptAccuracy,
            "share",
            "GRPO",
            "Responses whose first attempt is correct. Responses without an attempt count as wrong."
        ),
        new(Correct, "share", "GRPO with grpo.credit, grpo.verdictReward or grpo.overlong", "Responses that are correct."),
        new(AttemptsCorrect, "share", "GRPO with grpo.credit or grpo.verdictReward", "Attempts that are correct."),
        new(
            VerdictsRight,
            "share",
            "GRPO with grpo.credit or grpo.verdictReward",
            "Verdicts that agree with the grade of the attempt before them."
        ),
        new(
            EvalAccuracy,
            "share",
            "validation during SFT, GRPO",
            "Responses that are correct. With several levels also per level, as eval/accuracy/TASK/LEVEL."
        ),
        new(EvalResponses, "responses", "validation during SFT, GRPO", "Responses."),
        new(EvalWellFormed, "share", "validation during SFT, GRPO", "Responses that are well-formed traces."),
        new(
            EvalStopAfterCorrect,
            "share",
            "validation during SFT, GRPO",
            "Verdicts Correct after which the response makes no further attempt."
        ),
        new(
            EvalStopAfterIncorrect,
            "share",
            "validation during SFT, GRPO",
            "Verdicts Incorrect after which the response makes no further attempt."
        ),
        new(EvalAttempts, "attempts", "validation during SFT, GRPO", "Attempts per response."),
        new(EvalReflections, "reflections", "validation during SFT, GRPO", "Reflections per response."),
        new(EvalLength, "tokens", "validation during SFT, GRPO", "Mean response length."),
        new(EvalFinished, "share", "validation during SFT, GRPO", "Responses that ended by themselves."),
    ];
}
