namespace SkillFactory.Tokenization.Templates;

/// <summary>The ChatML tokens and template of models trained by this product.</summary>
public static class ChatMarkup
{
    /// <summary>Padding, and the end of a text that is not a conversation.</summary>
    public const string EndOfText = "<|endoftext|>";

    public const string TurnStart = "<|im_start|>";

    /// <summary>Ends every turn. The model samples it to end its response.</summary>
    public const string TurnEnd = "<|im_end|>";

    /// <summary>Qwen2's template without a default system message.</summary>
    public const string Template =
        "{% for message in messages %}"
        + "{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}{% endfor %}"
        + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";
}
