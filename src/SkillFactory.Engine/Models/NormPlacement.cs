namespace SkillFactory.Engine.Models;

/// <summary>Where a layer's two norms are.</summary>
public enum NormPlacement
{
    /// <summary>On the input of attention and MLP: x + f(norm(x)). Llama, Qwen.</summary>
    BeforeBlock,

    /// <summary>On the result of attention and MLP: x + norm(f(x)). Olmo 2 and 3.</summary>
    AfterBlock,
}
