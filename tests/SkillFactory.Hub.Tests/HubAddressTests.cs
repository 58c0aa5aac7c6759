using SkillFactory.Primitives.Errors;

namespace SkillFactory.Hub.Tests;

public sealed class HubAddressTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static HubAddress Read(params (string Name, string Value)[] variables) =>
        HubAddress.FromEnvironment(name => variables.FirstOrDefault(v => v.Name == name).Value);

    [Fact]
    public void The_public_hub_is_the_default()
    {
        var address = Read(("HOME", _folder.Path));

        Assert.Equal(new Uri("https://huggingface.co/"), address.Endpoint);
        Assert.Null(address.Token);
    }

    [Fact]
    public void The_variable_goes_before_the_token_file()
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, ".cache", "huggingface"));
        File.WriteAllText(Path.Combine(_folder.Path, ".cache", "huggingface", "token"), "hf_stored\n");

        Assert.Equal("hf_stored", Read(("HOME", _folder.Path)).Token);
        Assert.Equal("hf_set", Read(("HOME", _folder.Path), ("HF_TOKEN", "hf_set")).Token);
    }

    [Fact]
    public void A_token_is_never_sent_unencrypted_to_another_machine()
    {
        Assert.Throws<UserErrorException>(() => Read(("HF_ENDPOINT", "http://mirror.example"), ("HF_TOKEN", "hf_set")));
        Assert.Equal("hf_set", Read(("HF_ENDPOINT", "http://127.0.0.1:8080"), ("HF_TOKEN", "hf_set")).Token);
    }

    [Theory]
    [InlineData("mirror.example")]
    [InlineData("ftp://mirror.example")]
    public void An_endpoint_that_is_no_address_is_refused(string text) =>
        Assert.Contains(text, Assert.Throws<UserErrorException>(() => Read(("HF_ENDPOINT", text))).Message, StringComparison.Ordinal);
}
