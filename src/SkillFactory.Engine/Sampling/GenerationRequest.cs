using SkillFactory.Core.Randomness;

namespace SkillFactory.Engine.Sampling;

/// <summary>A prompt and how many responses to sample from it. The engine knows token ids and nothing else.</summary>
/// <param name="Prompt">Token ids, at least one.</param>
/// <param name="Samples">Responses wanted.</param>
/// <param name="Random">Sample i, token t is drawn with <c>Random.Child(i).Uniform(t)</c>.</param>
/// <param name="MaxNewTokens">Most tokens of its responses, at most the decoding's; null for the decoding's.</param>
public sealed record GenerationRequest(int[] Prompt, int Samples, KeyedRandom Random, int? MaxNewTokens = null);

/// <summary>One sampled response.</summary>
/// <param name="Request">Index of its request.</param>
/// <param name="Sample">Sample index within the request.</param>
/// <param name="Tokens">Ids, the end token included when it was reached.</param>
/// <param name="LogProbs">log p of each token after temperature and before top-k and top-p.</param>
/// <param name="MeanEntropy">Mean over tokens of the entropy (nats) of that same distribution.</param>
/// <param name="Truncated">True when the length limit ended it.</param>
public sealed record GeneratedSequence(int Request, int Sample, int[] Tokens, float[] LogProbs, double MeanEntropy, bool Truncated);
