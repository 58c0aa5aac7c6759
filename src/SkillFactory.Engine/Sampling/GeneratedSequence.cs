namespace SkillFactory.Engine.Sampling;

/// <summary>One sampled response.</summary>
/// <param name="Request">Index of its request.</param>
/// <param name="Sample">Sample index within the request.</param>
/// <param name="Tokens">Token ids, including the end token if it was sampled.</param>
/// <param name="LogProbs">log p of each token after temperature and before top-k and top-p.</param>
/// <param name="MeanEntropy">Mean over tokens of the entropy (nats) of that same distribution.</param>
/// <param name="Truncated">Whether the response ended at the token limit.</param>
public sealed record GeneratedSequence(int Request, int Sample, int[] Tokens, float[] LogProbs, double MeanEntropy, bool Truncated);
