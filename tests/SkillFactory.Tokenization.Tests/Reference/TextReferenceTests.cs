using System.Text.Json.Nodes;

namespace SkillFactory.Tokenization.Tests.Reference;

public class TextReferenceTests
{
    public static TheoryData<string> Cases() => new(ReferenceCases.Read("texts.json").Select(c => c.ToJsonString()));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Ids_and_decoded_text_are_those_of_the_reference(string json)
    {
        var item = JsonNode.Parse(json)!;
        var definition = (string)item["tokenizer"]! == "bytes" ? HandMadeTokenizer.Json() : CharacterTokenizer.Json();
        foreach (var (key, value) in item["change"]?.AsObject() ?? [])
        {
            definition[key] = value?.DeepClone();
        }

        var tokenizer = Tokenizer.Load(HandMadeTokenizer.Stream(definition));
        var ids = ReferenceCases.Numbers(item["ids"]);

        if (item["text"] is { } text)
        {
            Assert.Equal(ids, tokenizer.Encode((string)text!));
            Assert.Equal((string)item["decoded"]!, tokenizer.Decode(ids));
        }
        else
        {
            Assert.Equal((string)item["decoded"]!, tokenizer.Decode(ids, skipSpecial: true));
        }
    }
}
