namespace SkillFactory.Workers;

/// <summary>Options of a worker silo.</summary>
public sealed class WorkerOptions
{
    /// <summary>"cpu" or "cuda:N". Default "cpu".</summary>
    public string Device { get; set; } = "cpu";

    /// <summary>Rollout slots: replicas that run prompt batches in parallel. Default: one per core on a CPU, one on a GPU.</summary>
    public int? Slots { get; set; }

    /// <summary>Whether this silo has rollout slots. Default true.</summary>
    public bool Rollout { get; set; } = true;

    /// <summary>Whether this silo hosts learners. Default true.</summary>
    public bool Learner { get; set; } = true;

    /// <summary>Seconds between renewals of the slots' registration. Default 5.</summary>
    public double RegistrationSeconds { get; set; } = 5;
}
