namespace SkillFactory.Engine.Sampling.Drawing;

/// <summary>A token drawn from a row of logits.</summary>
/// <param name="Token">Its id.</param>
/// <param name="LogProb">Its log-probability after penalties and temperature and before top-k, top-p and min-p; at temperature 0 the one
/// at temperature 1.</param>
/// <param name="Entropy">Entropy of that same distribution, in nats.</param>
internal readonly record struct DrawnToken(int Token, float LogProb, double Entropy);
