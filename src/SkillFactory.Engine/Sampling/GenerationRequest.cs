using SkillFactory.Core.Randomness;

namespace SkillFactory.Engine.Sampling;

/// <summary>A prompt and the number of responses to sample from it.</summary>
/// <param name="Prompt">Token ids, at least one.</param>
/// <param name="Samples">Number of responses.</param>
/// <param name="Random">Sample i, token t is drawn with <c>Random.Child(i).Uniform(t)</c>.</param>
/// <param name="MaxNewTokens">Token limit of its responses, at most that of the decoding; null for the decoding's.</param>
public sealed record GenerationRequest(int[] Prompt, int Samples, KeyedRandom Random, int? MaxNewTokens = null);
