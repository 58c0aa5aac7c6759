using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using SkillFactory.Cli.Diagnosis;

namespace SkillFactory.Cli.Tests.Diagnosis;

public sealed class DoctorTests : IDisposable
{
    private readonly TestCli _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task The_json_contains_every_check()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        _cli.Variables[ServiceAddresses.RedisVariable] = $"127.0.0.1:{port}";
        _cli.Variables[ServiceAddresses.RabbitMqVariable] = $"127.0.0.1:{port}";

        Assert.Equal(0, await _cli.RunAsync("doctor", "--json", "--workspace", Path.GetTempPath()));
        using var document = JsonDocument.Parse(_cli.Out.ToString());
        Assert.True(document.RootElement.GetProperty("healthy").GetBoolean());
        var checks = document.RootElement.GetProperty("checks").EnumerateArray().ToDictionary(c => c.GetProperty("name").GetString()!);
        Assert.Superset(
            new HashSet<string>
            {
                "system",
                "dotnet",
                "cores",
                "memory",
                "workspace",
                "memory bandwidth",
                "torch",
                "matmul",
                "gpu",
                "redis",
                "rabbitmq",
            },
            checks.Keys.ToHashSet()
        );
        Assert.All(checks.Values, c =>
        {
            Assert.Contains(c.GetProperty("status").GetString(), (string[])["ok", "warn", "missing"]);
            Assert.NotEqual("", c.GetProperty("detail").GetString());
            Assert.True(
                c.GetProperty("status").GetString() == "ok" || c.GetProperty("advice").GetString() != "",
                "a check that is not ok needs advice"
            );
        });
        Assert.Equal("missing", checks["redis"].GetProperty("status").GetString());
        Assert.True(checks["matmul"].GetProperty("values").GetProperty("one_thread_gflops").GetDouble() > 0);
        Assert.True(checks["memory bandwidth"].GetProperty("values").GetProperty("copy_gb_per_s").GetDouble() > 0);
    }

    [Theory]
    [InlineData("+PONG\r\n", CheckStatus.Ok)]
    [InlineData("-NOAUTH Authentication required.\r\n", CheckStatus.Ok)]
    [InlineData("HTTP/1.1 400 Bad Request\r\n", CheckStatus.Warn)]
    internal async Task Redis_is_distinguished_from_other_programs(string answer, CheckStatus expected)
    {
        var (result, question) = await CallAsync(System.Text.Encoding.ASCII.GetBytes(answer), ServiceChecks.RedisAsync);
        Assert.Equal(expected, result.Status);
        Assert.Equal("PING\r\n", question);
    }

    [Fact]
    public async Task RabbitMq_is_recognized_by_its_method_frame()
    {
        var (result, question) = await CallAsync([1, 0, 0, 0, 0, 1, 255, 0, 10, 0, 10], ServiceChecks.RabbitMqAsync);
        Assert.Equal(CheckStatus.Ok, result.Status);
        Assert.Equal("AMQP\0\0\u0009\u0001", question);
        Assert.Equal(CheckStatus.Warn, (await CallAsync("hello"u8.ToArray(), ServiceChecks.RabbitMqAsync)).CheckResult.Status);
    }

    [Fact]
    public void Only_required_checks_decide_whether_the_machine_is_healthy()
    {
        CheckResult[] results = [CheckResult.Ok("a", "x"), CheckResult.Warn("b", "x", "y"), CheckResult.Missing("redis", "x", "y")];
        Assert.True(DoctorCommand.IsHealthy(results));
        Assert.False(DoctorCommand.IsHealthy([.. results, CheckResult.Missing("torch", "x", "y", required: true)]));
    }

    [Fact]
    public void A_workspace_that_cannot_be_written_is_missing()
    {
        var file = Path.GetTempFileName();
        try
        {
            var result = MachineChecks.Workspace(Path.Combine(file, "runs"));
            Assert.Equal(CheckStatus.Missing, result.Status);
            Assert.True(result.Required);
            Assert.Contains(file, result.Detail, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task An_invalid_address_is_a_user_error()
    {
        _cli.Variables[ServiceAddresses.RedisVariable] = "not an address";
        Assert.Equal(2, await _cli.RunAsync("doctor", "--json"));
        Assert.Contains(ServiceAddresses.RedisVariable, _cli.Error.ToString(), StringComparison.Ordinal);
    }

    private static async Task<(CheckResult CheckResult, string Question)> CallAsync(
        byte[] answer,
        Func<string, int, CancellationToken, Task<CheckResult>> check
    )
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var checking = check("127.0.0.1", port, CancellationToken.None);
        using var client = await listener.AcceptTcpClientAsync();
        var question = new byte[64];
        var read = await client.GetStream().ReadAsync(question);
        await client.GetStream().WriteAsync(answer);
        return (await checking, System.Text.Encoding.ASCII.GetString(question, 0, read));
    }
}
