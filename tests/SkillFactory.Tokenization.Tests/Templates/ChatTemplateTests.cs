using SkillFactory.Primitives.Errors;
using SkillFactory.Tokenization.Templates;

namespace SkillFactory.Tokenization.Tests.Templates;

/// <summary>Texts of templates. What is expected was made with Jinja2 3.1 set up as Hugging Face does (trim_blocks,
/// lstrip_blocks).</summary>
public class ChatTemplateTests
{
    [Theory]
    [InlineData("Be brief. ", "<|im_start|>system\nBe brief. <|im_end|>\n<|im_start|>user\n Hi\nthere <|im_end|>\n<|im_start|>assistant\n")]
    [InlineData(
        null,
        "<|im_start|>system\nYou are Qwen, created by Alibaba Cloud. You are a helpful assistant.<|im_end|>\n<|im_start|>user\n "
            + "Hi\nthere <|im_end|>\n<|im_start|>assistant\n"
    )]
    public void The_Qwen2_5_template_is_rendered(string? system, string expected) =>
        Assert.Equal(
            expected,
            new ChatTemplate(PublishedTemplates.Qwen25, null, "<|im_end|>").Render(system, " Hi\nthere ", addGenerationPrompt: true)
        );

    [Theory]
    [InlineData(
        "Be brief. ",
        "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nBe brief.<|eot_id|>"
            + "<|start_header_id|>user<|end_header_id|>\n\nHi\nthere<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n"
    )]
    [InlineData(
        null,
        "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nHi\nthere<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n"
    )]
    public void The_Llama_3_template_is_rendered(string? system, string expected) =>
        Assert.Equal(
            expected,
            new ChatTemplate(PublishedTemplates.Llama3, "<|begin_of_text|>", "<|end_of_text|>").Render(
                system,
                " Hi\nthere ",
                addGenerationPrompt: true
            )
        );

    [Theory]
    [InlineData("true", "yes")]
    [InlineData("false", "no")]
    [InlineData("7", "8")]
    [InlineData("short", "shorter")]
    public void Arguments_are_values_of_the_templates_own_variables(string value, string expected)
    {
        const string Text =
            "{% if style is boolean %}{{ 'yes' if style else 'no' }}{% elif style is number %}{{ style + 1 }}"
            + "{% else %}{{ style }}er{% endif %}";
        var template = new ChatTemplate(Text).With(new Dictionary<string, string> { ["style"] = value });
        Assert.Equal(expected, template.Render(null, "Hi", addGenerationPrompt: true));
    }

    [Fact]
    public void Thinking_of_Qwen3_is_switched_off_by_an_argument()
    {
        var plain = new ChatTemplate(PublishedTemplates.Read("qwen3"));
        var off = plain.With(new Dictionary<string, string> { ["enable_thinking"] = "false" });
        Assert.EndsWith("<|im_start|>assistant\n", plain.Render(null, "Hi", addGenerationPrompt: true), StringComparison.Ordinal);
        Assert.EndsWith(
            "<|im_start|>assistant\n<think>\n\n</think>\n\n",
            off.Render(null, "Hi", addGenerationPrompt: true),
            StringComparison.Ordinal
        );
        Assert.Same(plain, plain.With(new Dictionary<string, string>()));
    }

    [Theory]
    [InlineData("enable_thinkin", "the chat template has no variable 'enable_thinkin'; did you mean 'enable_thinking'?")]
    [InlineData("add_generation_prompt", "'add_generation_prompt' is set for every conversation; it cannot be given")]
    [InlineData("messages", "'messages' is set for every conversation; it cannot be given")]
    [InlineData("bos_token", "'bos_token' is set for every conversation; it cannot be given")]
    public void An_argument_without_effect_is_refused(string name, string reason) =>
        Assert.Contains(
            reason,
            Assert
                .Throws<UserErrorException>(() =>
                    new ChatTemplate(PublishedTemplates.Read("qwen3")).With(new Dictionary<string, string> { [name] = "false" })
                )
                .Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void The_ChatML_template_has_no_default_system_message() =>
        Assert.Equal(
            "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n",
            new ChatTemplate(ChatMarkup.Template).Render(null, "Hi", addGenerationPrompt: true)
        );

    [Fact]
    public void Without_the_generation_prompt_the_text_ends_with_the_last_message() =>
        Assert.Equal(
            "<|im_start|>user\nHi<|im_end|>\n",
            new ChatTemplate(ChatMarkup.Template).Render(null, "Hi", addGenerationPrompt: false)
        );

    [Theory]
    [InlineData("qwen2.5", "<|im_start|>assistant\n")]
    [InlineData("qwen3", "<|im_start|>assistant\n")]
    [InlineData("qwen3-thinking-2507", "<|im_start|>assistant\n<think>\n")]
    [InlineData("deepseek-r1-distill", "<\uff5cAssistant\uff5c><think>\n")]
    [InlineData("olmo-2", "<|assistant|>\n")]
    [InlineData("olmo-3-think", "<|im_start|>assistant\n<think>")]
    [InlineData("smollm2", "<|im_start|>assistant\n")]
    [InlineData("smollm3", "<|im_start|>assistant\n")]
    [InlineData("llama3.2", "<|start_header_id|>assistant<|end_header_id|>\n\n")]
    public void The_generation_prompt_of_a_published_template_is_known(string name, string expected)
    {
        var template = new ChatTemplate(PublishedTemplates.Read(name), "<bos>", "<eos>");

        // Tags in the messages are not part of it.
        var (text, start) = template.RenderPrompt("Use <think>.", "Write <think> and <answer>");
        Assert.Equal(expected, text[start..]);
        Assert.Equal(template.Render("Use <think>.", "Write <think> and <answer>", addGenerationPrompt: true), text);
    }

    [Theory]
    [InlineData("{{ messages[-1].content }}", "")]
    [InlineData("{{ messages[-1].content }}{{ '<think>' if add_generation_prompt else '</s>' }}", "<think>")]
    [InlineData("{{ messages[-1].content }}{{ '<|a|><think>' if add_generation_prompt else '<|endoftext|>' }}", "<|a|><think>")]
    public void The_generation_prompt_is_what_the_template_writes_only_for_a_response(string template, string expected)
    {
        var (text, start) = new ChatTemplate(template).RenderPrompt(null, "1 < 2, <b>Hi");
        Assert.Equal(expected, text[start..]);
    }

    [Theory]
    [InlineData(
        "whitespace control",
        "a\n  {% if true %}\n  b\n  {% endif %}\nc {%- if true %} d {% endif -%}\n\n e\n  {# note #}\n{{ 1 + 2 }}\nf{{- ' g ' -}}\n h\n",
        "a\n  b\nc d e\n3\nf g h"
    )]
    [InlineData(
        "namespaces carry values out of loops",
        "{% set ns = namespace(n=0) %}{% for m in messages %}{% set ns.n = ns.n + loop.index %}{% endfor %}{{ ns.n }}",
        "3"
    )]
    [InlineData(
        "slices and negative indices",
        "{{ messages[1:]|length }}{{ messages[::-1][0].role }}{{ 'abcdef'[1:-1:2] }}{{ messages[-1]['content'][:3] }}",
        "1userbd Hi"
    )]
    [InlineData(
        "precedence, division and undefined names",
        "{{ 1 + 2 * 3 - 4 // 3 % 2 }}|{{ not false and true }}|{{ 2 * 3 ~ 'a' + 'c' }}|{{ -7 // 2 }}|{{ "
            + "-7 % 3 }}|{{ 'x' if 1 > 2 else 'y' }}|{{ 1 < 2 < 3 }}|{{ 'b' not in 'abc' }}|{{ missing is defined "
            + "}}|{{ none is none }}|{{ (1,)|length }}|{{ ' a ' + ' b '|trim }}|{{ {'k': 'v'}.k }}|{{ [1,2]|join(',') "
            + "}}|{{ missing }}|{{ missing|default('d') }}",
        "6|True|6ac|-4|2|y|True|False|False|True|1| a b|v|1,2||d"
    )]
    [InlineData(
        "string methods",
        "{{ ' x '.strip() }}{{ 'a</think>\n\nb'.split('</think>')[-1].lstrip('\n') }}{{ 'abc'.startswith('ab') "
            + "}}{{ 'Ab'|upper }}{{ 'x-y'.replace('-', '+') }}",
        "xbTrueABx+y"
    )]
    [InlineData(
        "loop variables, filters and else",
        "{% for m in messages if m.role != 'system' %}{{ loop.index0 }}{{ loop.first }}{{ loop.last }}{{ "
            + "m.role }};{% else %}none{% endfor %}{% for m in [] %}x{% else %}empty{% endfor %}",
        "0TrueTrueuser;empty"
    )]
    [InlineData(
        "a variable set in a loop lives for one turn",
        "{% set a = 1 %}{% for m in messages %}{{ a }}{% set a = a + 1 %}{{ a }}{% endfor %}{{ a }}",
        "12121"
    )]
    [InlineData("set with a body", "{% set t %}hi {{ messages[0].role }}{% endset %}[{{ t }}]", "[hi system]")]
    [InlineData("comments", "a{#- x -#} b {# y #}\nc", "ab c")]
    [InlineData("string escapes", "{{ 'a\\tb\\n\\'\\\"\\\\\\u00e9' }}{{ \"it's\" }}", "a	b\n'\"\\\u00e9it's")]
    [InlineData("newlines after outputs stay", "{{ 'x' }}\n\n{{ 'y' }}\n", "x\n\ny")]
    [InlineData(
        "filters bind tighter than operators",
        "{{ -1|string + 'a' }}|{{ 'a' if messages|length == 2 and not (messages|length > 5) else 'b' }}|{{ "
            + "'q' in ['q','r'] and 'q' is string }}",
        "-1a|a|True"
    )]
    [InlineData(
        "blocks inside of lines",
        "x {% if true %} y {% endif %} z\n   {% if true %}   {% if true %}k{% endif %}{% endif %}\nw",
        "x  y  z\n   kw"
    )]
    public void Renders_like_Jinja2(string what, string template, string expected)
    {
        Assert.NotEmpty(what);
        Assert.Equal(expected, new ChatTemplate(template, "<s>", "</s>").Render("Be brief. ", " Hi\nthere ", addGenerationPrompt: true));
    }

    [Theory]
    [InlineData("{% include 'x' %}", "line 1", "'include'")]
    [InlineData("a\n{% call f() %}{% endcall %}", "line 2", "'call'")]
    [InlineData("{% break %}", "line 1", "'break' is outside of a loop")]
    [InlineData("{% for a in b recursive %}{% endfor %}", "line 1", "a recursive loop")]
    [InlineData("{{ (1] }}", "line 1", "']' closes nothing")]
    [InlineData("{{ '\\xg' }}", "line 1", "hexadecimal digits")]
    [InlineData("{{ '\\N{BULLET}' }}", "line 1", "'\\N'")]
    [InlineData("{% raw %}a", "line 1", "'endraw' is missing")]
    [InlineData("a\n{% if true %}\nb", "line 2", "'endif' is missing")]
    [InlineData("{{ 'a }}", "line 1", "string is not closed")]
    [InlineData("{{ messages", "line 1", "not closed by '}}'")]
    [InlineData("{{ 1 + }}", "line 1", "expected a value")]
    [InlineData("{% endfor %}", "line 1", "'endfor' closes nothing")]
    public void A_malformed_or_unsupported_template_is_a_user_error_when_read(string template, string line, string reason)
    {
        var error = Assert.Throws<UserErrorException>(() => new ChatTemplate(template, source: "model/tokenizer_config.json"));
        Assert.StartsWith("model/tokenizer_config.json: chat template, " + line, error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{{ messages|groupby('role') }}", "filter 'groupby'")]
    [InlineData("{{ strftime_now('%s') }}", "'%s' is not supported")]
    [InlineData("{{ '%s'|format('a') }}", "filter 'format'")]
    [InlineData("{{ '%s' % 'a' }}", "'%' cannot be applied to a string and a string")]
    [InlineData("{{ messages|join(by=',') }}", "the filter 'join' is not supported with the argument 'by'")]
    [InlineData("{{ messages.append(1) }}", "method 'append' of a list")]
    [InlineData("{{ {1: 2} }}", "a key of a dictionary is a number")]
    [InlineData("{% macro f(a) %}{{ a }}{% endmacro %}{{ f(1, 2) }}", "the macro 'f' is not supported with 2 argument(s)")]
    [InlineData("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "the macro 'f' calls itself too often")]
    [InlineData("{% set d = {} %}{% set d.x = 1 %}", "'d' is not a namespace")]
    [InlineData("{{ 9223372036854775807 + 1 }}", "too large")]
    [InlineData("{{ 'a'.swapcase() }}", "method 'swapcase'")]
    [InlineData("{{ 1 is filter }}", "test 'is filter'")]
    [InlineData("{{ 'a' + 1 }}", "'+' cannot be applied to a string and a number")]
    [InlineData("{{ a.b.c }}", "undefined")]
    [InlineData("{{ raise_exception('Roles must alternate') }}", "Roles must alternate")]
    [InlineData("{{ range(1000000000) }}", "range")]
    public void An_unsupported_feature_is_named_when_it_is_reached(string template, string reason)
    {
        var error = Assert.Throws<UserErrorException>(() =>
            new ChatTemplate("{% if add_generation_prompt %}" + template + "{% endif %}").Render(null, "Hi", true)
        );
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Equal("", new ChatTemplate("{% if add_generation_prompt %}" + template + "{% endif %}").Render(null, "Hi", false));
    }

    [Fact]
    public void Deep_nesting_is_a_user_error()
    {
        Assert.Throws<UserErrorException>(() => new ChatTemplate("{{ " + new string('(', 100_000) + " }}"));
        Assert.Throws<UserErrorException>(() => new ChatTemplate(string.Concat(Enumerable.Repeat("{% if 1 %}", 100_000))));
        Assert.Throws<UserErrorException>(() => new ChatTemplate("{{ " + string.Concat(Enumerable.Repeat("- ", 100_000)) + "1 }}"));
    }

    [Fact]
    public void A_template_file_in_the_same_folder_takes_precedence()
    {
        using var folder = new TemporaryFolder();
        var config = folder.File(
            "tokenizer_config.json",
            """{"chat_template": "old", "bos_token": {"content": "<s>"}, "eos_token": null}"""
        );
        Assert.Equal("old", ChatTemplate.Load(config).Render(null, "Hi", true));
        folder.File("chat_template.jinja", "{{ bos_token }}new");
        Assert.Equal("<s>new", ChatTemplate.Load(config).Render(null, "Hi", true));
    }

    [Fact]
    public void Of_several_named_templates_the_default_one_is_used()
    {
        using var folder = new TemporaryFolder();
        var config = folder.File(
            "tokenizer_config.json",
            """{"chat_template": [{"name": "tool_use", "template": "t"}, {"name": "default", "template": "d"}]}"""
        );
        Assert.Equal("d", ChatTemplate.Load(config).Render(null, "Hi", true));
    }

    [Theory]
    [InlineData("{}", "has no chat_template")]
    [InlineData("[]", "not a tokenizer_config.json")]
    [InlineData("{", "not a tokenizer_config.json")]
    public void A_configuration_without_a_template_is_a_user_error(string json, string reason)
    {
        using var folder = new TemporaryFolder();
        var config = folder.File("tokenizer_config.json", json);
        var error = Assert.Throws<UserErrorException>(() => ChatTemplate.Load(config));
        Assert.Contains(config, error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }
}
