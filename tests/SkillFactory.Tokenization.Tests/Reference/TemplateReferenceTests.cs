using System.Text.Json.Nodes;
using SkillFactory.Primitives.Errors;
using SkillFactory.Tokenization.Templates;
using SkillFactory.Tokenization.Tests.Templates;

namespace SkillFactory.Tokenization.Tests.Reference;

/// <summary>Expected texts were made with Jinja2 3.1.6 in the environment of transformers (trim_blocks, lstrip_blocks, loop controls, its
/// own tojson), with 26 July 2024 as today.</summary>
public class TemplateReferenceTests
{
    private static readonly JsonObject Defaults = JsonNode
        .Parse(
            """
            {"messages": [{"role": "system", "content": "Be brief. "}, {"role": "user", "content": " Hi\nthere "}],
             "add_generation_prompt": true, "bos_token": "<s>", "eos_token": "</s>"}
            """
        )!
        .AsObject();

    public static TheoryData<string> Cases() => new(ReferenceCases.Read("jinja.json").Select(c => c.ToJsonString()));

    public static TheoryData<string> Published() => new(ReferenceCases.Read("published.json").Select(c => c.ToJsonString()));

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_template_gives_the_text_of_Jinja2_or_is_refused_like_there(string json)
    {
        var item = JsonNode.Parse(json)!;
        string Render() => Rendered((string)item["template"]!, item["variables"] ?? Defaults);
        if (item["error"] is null)
        {
            Assert.Equal((string)item["text"]!, Render());
        }
        else
        {
            Assert.Throws<UserErrorException>(Render);
        }
    }

    [Theory]
    [MemberData(nameof(Published))]
    public void A_published_chat_template_gives_the_text_of_Jinja2_or_is_refused_like_there(string json)
    {
        var item = JsonNode.Parse(json)!;
        string Render() => Rendered(PublishedTemplates.Read((string)item["template"]!), item["variables"]!);
        if (item["error"] is null)
        {
            Assert.Equal((string)item["text"]!, Render());
        }
        else
        {
            Assert.Throws<UserErrorException>(Render);
        }
    }

    private static string Rendered(string template, JsonNode variables) =>
        new JinjaTemplate(template, "test").Render((Dictionary<string, object?>)Value(variables)!);

    private static object? Value(JsonNode? node) =>
        node switch
        {
            null => null,
            JsonObject map => map.ToDictionary(p => p.Key, p => Value(p.Value)),
            JsonArray list => list.Select(Value).ToList(),
            JsonValue value when value.TryGetValue<bool>(out var flag) => flag,
            JsonValue value when value.TryGetValue<string>(out var text) => text,
            JsonValue value when value.ToJsonString().AsSpan().IndexOfAny('.', 'e', 'E') < 0 && value.TryGetValue<long>(out var whole) =>
                whole,
            _ => node.GetValue<double>(),
        };
}
