<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>AboutPage</name>
    <message>
        <source>A voice assistant that hears, thinks and speaks with one language model, on this computer only. Nothing of what you say leaves it.</source>
        <translation>一个语音助手：用同一个语言模型来听、想和说，只在这台电脑上运行。您说的任何话都不会离开它。</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>版本</translation>
    </message>
    <message>
        <source>Python and Qt</source>
        <translation>Python 与 Qt</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>许可证</translation>
    </message>
    <message>
        <source>Conversations</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Packs</source>
        <translation>模型包</translation>
    </message>
    <message>
        <source>If something does not work</source>
        <translation>如果出了问题</translation>
    </message>
    <message>
        <source>The diagnostics bundle is one file with versions, devices, settings, logs and the last latencies. There is no speech in it and no text of yours.</source>
        <translation>诊断包是一个文件，包含版本、设备、设置、日志和最近的延迟。其中没有语音，也没有您的文字。</translation>
    </message>
    <message>
        <source>Write a zip file that you can send to who is to help</source>
        <translation>写一个 zip 文件，可以发给帮助您的人</translation>
    </message>
    <message>
        <source>Show the folder</source>
        <translation>显示文件夹</translation>
    </message>
    <message>
        <source>Open the folder in which the bundle is</source>
        <translation>打开诊断包所在的文件夹</translation>
    </message>
    <message>
        <source>Open the folder of the logs</source>
        <translation>打开日志文件夹</translation>
    </message>
    <message>
        <source>What ended the program last time</source>
        <translation>上次程序因何结束</translation>
    </message>
    <message>
        <source>Places in the program only, nothing of what was said. It is in the diagnostics bundle as well.</source>
        <translation>只有程序中的位置，没有任何说过的话。诊断包里也有它。</translation>
    </message>
    <message>
        <source>What it is built on</source>
        <translation>所依赖的软件</translation>
    </message>
    <message>
        <source>Third-party notices</source>
        <translation>第三方声明</translation>
    </message>
    <message>
        <source>This installation has no notices; its source has them.</source>
        <translation>这次安装没有附带声明；它们在源代码中。</translation>
    </message>
    <message>
        <source>Save the diagnostics bundle</source>
        <translation>保存诊断包</translation>
    </message>
    <message>
        <source>Collecting…</source>
        <translation>正在收集…</translation>
    </message>
    <message>
        <source>Written: {0}</source>
        <translation>已写入：{0}</translation>
    </message>
</context>
<context>
    <name>Banners</name>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Restart the engine</source>
        <translation>重启引擎</translation>
    </message>
    <message>
        <source>Choose a pack</source>
        <translation>选择模型包</translation>
    </message>
    <message>
        <source>Choose a device</source>
        <translation>选择设备</translation>
    </message>
    <message>
        <source>Open the log</source>
        <translation>打开日志</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
</context>
<context>
    <name>CalibrationPage</name>
    <message>
        <source>Plays a short sound and listens to it, to find out how much of the loudspeaker the microphone hears. With that it chooses how you can interrupt. Headphones need no calibration, but it does no harm.</source>
        <translation>播放一小段声音并监听，以了解麦克风能听到多少扬声器的声音，并据此选择您可以怎样打断。戴耳机不需要校准，但校准也无妨。</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>测量</translation>
    </message>
    <message>
        <source>Set the volume as you like to hear it, be quiet for some seconds, then press the button.</source>
        <translation>把音量调到您喜欢的大小，安静几秒钟，然后按下按钮。</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>Play the sound and measure</source>
        <translation>播放声音并测量</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Stop measuring; nothing is changed</source>
        <translation>停止测量；不作任何改动</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Set back to what was set before the calibration</source>
        <translation>恢复校准前的设置</translation>
    </message>
    <message>
        <source>What is set now</source>
        <translation>当前设置</translation>
    </message>
    <message>
        <source>The sound devices are not open yet.</source>
        <translation>声音设备尚未打开。</translation>
    </message>
    <message>
        <source>Listening</source>
        <translation>聆听</translation>
    </message>
    <message>
        <source>Cancelled; nothing was changed.</source>
        <translation>已取消；没有任何改动。</translation>
    </message>
    <message>
        <source>Chosen</source>
        <translation>已选择</translation>
    </message>
    <message>
        <source>Delay</source>
        <translation>延迟</translation>
    </message>
    <message>
        <source>{0} ms from the program to the loudspeaker and back</source>
        <translation>从程序到扬声器再返回 {0} 毫秒</translation>
    </message>
    <message>
        <source>Echo return loss</source>
        <translation>回声回损</translation>
    </message>
    <message>
        <source>{0} dB: so much weaker the loudspeaker arrives in the microphone</source>
        <translation>{0} dB：扬声器的声音到达麦克风时减弱这么多</translation>
    </message>
    <message>
        <source>Echo cancelled</source>
        <translation>消除的回声</translation>
    </message>
    <message>
        <source>{0} dB more taken away by the program</source>
        <translation>程序另外消除了 {0} dB</translation>
    </message>
    <message>
        <source>Noise</source>
        <translation>噪声</translation>
    </message>
    <message>
        <source>{0} dBFS in the room</source>
        <translation>房间内 {0} dBFS</translation>
    </message>
    <message>
        <source>Measured, applied and kept.</source>
        <translation>已测量、应用并保存。</translation>
    </message>
    <message>
        <source>Set back to what it was.</source>
        <translation>已恢复原样。</translation>
    </message>
    <message>
        <source>Interrupting</source>
        <translation>打断</translation>
    </message>
    <message>
        <source>{0} ms</source>
        <translation>{0} 毫秒</translation>
    </message>
    <message>
        <source>Echo delay</source>
        <translation>回声延迟</translation>
    </message>
    <message>
        <source>measured while running</source>
        <translation>运行时测量</translation>
    </message>
    <message>
        <source>Echo cancellation</source>
        <translation>回声消除</translation>
    </message>
    <message>
        <source>on</source>
        <translation>开</translation>
    </message>
    <message>
        <source>off</source>
        <translation>关</translation>
    </message>
    <message>
        <source>Full: any speech interrupts</source>
        <translation>全双工：任何说话都会打断</translation>
    </message>
    <message>
        <source>Cautious: loud speech that goes on interrupts</source>
        <translation>谨慎：持续的大声说话才会打断</translation>
    </message>
    <message>
        <source>Half: the microphone rests while it speaks</source>
        <translation>半双工：它说话时麦克风停用</translation>
    </message>
</context>
<context>
    <name>Composer</name>
    <message>
        <source>Ask with a sound file</source>
        <translation>用音频文件提问</translation>
    </message>
    <message>
        <source>Ask</source>
        <translation>提问</translation>
    </message>
    <message>
        <source>Ask the typed question</source>
        <translation>提出输入的问题</translation>
    </message>
    <message>
        <source>Mute</source>
        <translation>静音</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Stop speaking and thinking</source>
        <translation>停止说话和思考</translation>
    </message>
    <message>
        <source>Unmute</source>
        <translation>取消静音</translation>
    </message>
    <message>
        <source>The microphone is off; switch it on</source>
        <translation>麦克风已关闭；点击打开</translation>
    </message>
    <message>
        <source>Switch the microphone off</source>
        <translation>关闭麦克风</translation>
    </message>
    <message>
        <source>The microphone is muted; unmute it to talk.</source>
        <translation>麦克风已静音；取消静音后再说话。</translation>
    </message>
    <message>
        <source>Hold to talk; or tap to begin, and again to end.</source>
        <translation>按住说话；或点一下开始，再点一下结束。</translation>
    </message>
</context>
<context>
    <name>ConversationModel</name>
    <message>
        <source>New conversation</source>
        <translation>新对话</translation>
    </message>
    <message>
        <source>private</source>
        <translation>私密</translation>
    </message>
</context>
<context>
    <name>ConversationPanel</name>
    <message>
        <source>Copied.</source>
        <translation>已复制。</translation>
    </message>
</context>
<context>
    <name>Corrections</name>
    <message>
        <source>What you tick is copied, sound and text, into the folder of this job. It stays on this computer, but what was learnt from it goes into the language pack, and with that to whomever you give the pack. Tick only what was spoken by the person named above, who agrees.</source>
        <translation>您勾选的内容（声音和文字）会复制到此任务的文件夹中。它们留在这台电脑上，但从中学到的东西会进入语言包，并随语言包到达您给予的任何人。请只勾选由上面填写的人所说、且本人同意的内容。</translation>
    </message>
    <message>
        <source>Corrections</source>
        <translation>更正</translation>
    </message>
    <message>
        <source>heard</source>
        <translation>听到的</translation>
    </message>
    <message>
        <source>corrected</source>
        <translation>更正后</translation>
    </message>
    <message>
        <source>language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>state</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Hear it</source>
        <translation>收听</translation>
    </message>
    <message>
        <source>Play the question of the selected row</source>
        <translation>播放所选行的提问</translation>
    </message>
    <message>
        <source>Take in the chosen ones</source>
        <translation>导入所选内容</translation>
    </message>
    <message>
        <source>Copy what is ticked into the job, and use it</source>
        <translation>把勾选的内容复制到任务中并使用</translation>
    </message>
    <message>
        <source>Corrections you made: {0}, in {1}</source>
        <translation>您做过的更正：{0} 条，{1}</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>未知</translation>
    </message>
    <message>
        <source>in the job</source>
        <translation>已在任务中</translation>
    </message>
    <message>
        <source>The sound of this question is not there any more; choose another one.</source>
        <translation>这个提问的声音已不存在；请选择另一个。</translation>
    </message>
    <message>
        <source>Nobody is named; say above who speaks, then take them in.</source>
        <translation>还没有填写姓名；请先在上面填写谁在说话，然后再导入。</translation>
    </message>
    <message>
        <source>None of these corrections is there any more; choose others.</source>
        <translation>这些更正都已不存在；请选择其他的。</translation>
    </message>
</context>
<context>
    <name>Devices</name>
    <message>
        <source>Follow the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Follow the system ({0})</source>
        <translation>跟随系统（{0}）</translation>
    </message>
</context>
<context>
    <name>Fields</name>
    <message>
        <source>{0} (not there)</source>
        <translation>{0}（不存在）</translation>
    </message>
</context>
<context>
    <name>GateStep</name>
    <message>
        <source>Before any training: the pack listens to recordings and repeats them. If the repeated sound cannot be understood, training would be in vain. Listen to the pairs.</source>
        <translation>在任何训练之前：模型包先听录音并复述。如果复述的声音听不懂，训练就是白费。请听一听这些对照。</translation>
    </message>
    <message>
        <source>none: the round trip and the aligner judge</source>
        <translation>无：由往返测试和对齐器评判</translation>
    </message>
    <message>
        <source>Whisper as judge</source>
        <translation>由 Whisper 评判</translation>
    </message>
    <message>
        <source>A folder of a faster-whisper model, or its size.</source>
        <translation>faster-whisper 模型的文件夹，或其大小。</translation>
    </message>
    <message>
        <source>Utterances</source>
        <translation>语句数</translation>
    </message>
    <message>
        <source>Try it</source>
        <translation>试一试</translation>
    </message>
    <message>
        <source>Let the pack repeat recordings, and judge</source>
        <translation>让模型包复述录音并评判</translation>
    </message>
    <message>
        <source>Open the report</source>
        <translation>打开报告</translation>
    </message>
    <message>
        <source>Show all figures and pairs in the browser</source>
        <translation>在浏览器中显示所有数据和对照</translation>
    </message>
    <message>
        <source>text</source>
        <translation>文字</translation>
    </message>
    <message>
        <source>changed</source>
        <translation>变化</translation>
    </message>
    <message>
        <source>original</source>
        <translation>原声</translation>
    </message>
    <message>
        <source>repeated</source>
        <translation>复述</translation>
    </message>
    <message>
        <source>Hear the original</source>
        <translation>听原声</translation>
    </message>
    <message>
        <source>Hear what was repeated</source>
        <translation>听复述</translation>
    </message>
</context>
<context>
    <name>Header</name>
    <message>
        <source>Starting…</source>
        <translation>正在启动…</translation>
    </message>
    <message>
        <source>Loading the pack</source>
        <translation>正在加载模型包</translation>
    </message>
    <message>
        <source>The language that you speak or type</source>
        <translation>您说话或输入所用的语言</translation>
    </message>
    <message>
        <source>The language in which you are answered</source>
        <translation>回答您所用的语言</translation>
    </message>
    <message>
        <source>I speak</source>
        <translation>我说</translation>
    </message>
    <message>
        <source>Answer in</source>
        <translation>回答用</translation>
    </message>
    <message>
        <source>What can be done with this conversation</source>
        <translation>对这个对话可以做什么</translation>
    </message>
    <message>
        <source>Getting ready</source>
        <translation>正在准备</translation>
    </message>
    <message>
        <source>{0} is ready</source>
        <translation>{0} 已就绪</translation>
    </message>
    <message>
        <source>No pack is loaded</source>
        <translation>没有加载模型包</translation>
    </message>
    <message>
        <source>private conversation</source>
        <translation>私密对话</translation>
    </message>
    <message>
        <source>Any language</source>
        <translation>任何语言</translation>
    </message>
    <message>
        <source>Same as the question</source>
        <translation>与问题相同</translation>
    </message>
    <message>
        <source>{0} (not in this pack: {1})</source>
        <translation>{0}（此模型包没有：{1}）</translation>
    </message>
</context>
<context>
    <name>InstallStep</name>
    <message>
        <source>What was learnt becomes a small pack that is added to its base pack. It is used at once; one click goes back to the version before.</source>
        <translation>学到的内容会成为一个小模型包，加到基础包上。它立即可用；点一下即可退回上一版本。</translation>
    </message>
    <message>
        <source>such as CC-BY-4.0; say what you may give away</source>
        <translation>如 CC-BY-4.0；请说明您可以分发什么</translation>
    </message>
    <message>
        <source>such as: Everybody who is heard in the training speech agreed to it. Empty: not stated</source>
        <translation>例如：训练语音中的每个人都已同意。留空则为“未说明”</translation>
    </message>
    <message>
        <source>not signed</source>
        <translation>未签名</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>Choose the file of your private key</source>
        <translation>选择您的私钥文件</translation>
    </message>
    <message>
        <source>Make one…</source>
        <translation>创建一个…</translation>
    </message>
    <message>
        <source>Make a private key to sign packs with</source>
        <translation>创建用于签名模型包的私钥</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>许可证</translation>
    </message>
    <message>
        <source>Consent</source>
        <translation>同意</translation>
    </message>
    <message>
        <source>Sign with</source>
        <translation>签名密钥</translation>
    </message>
    <message>
        <source>Install and use it</source>
        <translation>安装并使用</translation>
    </message>
    <message>
        <source>Make the pack and add it</source>
        <translation>制作模型包并添加</translation>
    </message>
    <message>
        <source>Save as one file…</source>
        <translation>保存为单个文件…</translation>
    </message>
    <message>
        <source>Write the pack to give it away</source>
        <translation>写出模型包以便分发</translation>
    </message>
    <message>
        <source>Version before</source>
        <translation>上一版本</translation>
    </message>
    <message>
        <source>Go back to what was used before</source>
        <translation>退回之前使用的版本</translation>
    </message>
    <message>
        <source>{0} {1} is installed.</source>
        <translation>{0} {1} 已安装。</translation>
    </message>
    <message>
        <source>Save the pack</source>
        <translation>保存模型包</translation>
    </message>
    <message>
        <source>Written: {0}</source>
        <translation>已写入：{0}</translation>
    </message>
    <message>
        <source>The file of your private key</source>
        <translation>您的私钥文件</translation>
    </message>
    <message>
        <source>Make a private key</source>
        <translation>创建私钥</translation>
    </message>
    <message>
        <source>{0} is your key: keep it to yourself. Its fingerprint is {1}.</source>
        <translation>{0} 是您的密钥：请自己保管好。其指纹为 {1}。</translation>
    </message>
</context>
<context>
    <name>LanguagePage</name>
    <message>
        <source>Teach a pack another language with recordings of it, on this computer. Everything is kept in the folder of the job, on which the command line can go on, too.</source>
        <translation>用录音在这台电脑上教模型包另一种语言。一切都保存在任务文件夹中，命令行也能接着做。</translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation>任务</translation>
    </message>
    <message>
        <source>Begin a new job, or go on with another one</source>
        <translation>开始新任务，或继续另一个任务</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Stop what is being done; what is done already is kept</source>
        <translation>停止正在做的事；已完成的会保留</translation>
    </message>
    <message>
        <source>A new language</source>
        <translation>一种新语言</translation>
    </message>
    <message>
        <source>{0} for {1}</source>
        <translation>{0}（用于 {1}）</translation>
    </message>
    <message>
        <source>Somebody works on the job: {0}</source>
        <translation>有人正在处理这个任务：{0}</translation>
    </message>
    <message>
        <source>Stopped; what was done until then is kept.</source>
        <translation>已停止；此前完成的会保留。</translation>
    </message>
    <message>
        <source>New job</source>
        <translation>新任务</translation>
    </message>
    <message>
        <source>Open the folder of a job…</source>
        <translation>打开任务文件夹…</translation>
    </message>
    <message>
        <source>Open the folder of a job</source>
        <translation>打开任务文件夹</translation>
    </message>
</context>
<context>
    <name>LanguageStep</name>
    <message>
        <source>Say which language is to be learnt, and which pack learns it. Speech with its text is needed (an hour or more), and translations into a language that the pack knows.</source>
        <translation>说明要学哪种语言，以及由哪个模型包来学。需要带文字的语音（一小时或更多），以及译成模型包已会语言的翻译。</translation>
    </message>
    <message>
        <source>otherwise its English name</source>
        <translation>否则用它的英文名</translation>
    </message>
    <message>
        <source>otherwise the usual one, such as Latn</source>
        <translation>否则用常用的，如 Latn</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Choose it, or type its BCP-47 code, such as es or sr-Latn.</source>
        <translation>选择它，或输入其 BCP-47 代码，如 es 或 sr-Latn。</translation>
    </message>
    <message>
        <source>Its name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Script</source>
        <translation>文字</translation>
    </message>
    <message>
        <source>Base pack</source>
        <translation>基础包</translation>
    </message>
    <message>
        <source>Bridge</source>
        <translation>桥接语言</translation>
    </message>
    <message>
        <source>Translations lead to this language, which the pack knows.</source>
        <translation>翻译通向这种模型包已会的语言。</translation>
    </message>
    <message>
        <source>Begin</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>Make the folder of the job</source>
        <translation>创建任务文件夹</translation>
    </message>
    <message>
        <source>There is no pack to teach; import one first.</source>
        <translation>没有可教的模型包；请先导入一个。</translation>
    </message>
</context>
<context>
    <name>Latency</name>
    <message>
        <source>Speech has ended for sure</source>
        <translation>确定说话已结束</translation>
    </message>
    <message>
        <source>Units of the question</source>
        <translation>问题的语音单元</translation>
    </message>
    <message>
        <source>Question understood</source>
        <translation>听懂问题</translation>
    </message>
    <message>
        <source>First text</source>
        <translation>第一段文字</translation>
    </message>
    <message>
        <source>First speech unit</source>
        <translation>第一个语音单元</translation>
    </message>
    <message>
        <source>First frames of the spectrum</source>
        <translation>频谱的首批帧</translation>
    </message>
    <message>
        <source>First sound made</source>
        <translation>生成第一个声音</translation>
    </message>
    <message>
        <source>First sound heard</source>
        <translation>听到第一个声音</translation>
    </message>
    <message>
        <source>Waiting for more speech</source>
        <translation>等待继续说话</translation>
    </message>
    <message>
        <source>Tokenizer</source>
        <translation>语音编码器</translation>
    </message>
    <message>
        <source>Understanding the question</source>
        <translation>理解问题</translation>
    </message>
    <message>
        <source>Beginning the answer</source>
        <translation>开始回答</translation>
    </message>
    <message>
        <source>From text to speech units</source>
        <translation>从文字到语音单元</translation>
    </message>
    <message>
        <source>Units of the chunk and flow</source>
        <translation>语块的单元与流匹配</translation>
    </message>
    <message>
        <source>Vocoder</source>
        <translation>声码器</translation>
    </message>
    <message>
        <source>Loudspeaker</source>
        <translation>扬声器</translation>
    </message>
</context>
<context>
    <name>LatencyPage</name>
    <message>
        <source>From the end of your question until you hear the answer: where the time goes.</source>
        <translation>从您的问题结束到您听到回答：时间花在哪里。</translation>
    </message>
    <message>
        <source>Turns of this session</source>
        <translation>本次会话的轮次</translation>
    </message>
    <message>
        <source>No turn yet. Ask something by voice, and see here where the time went.</source>
        <translation>还没有对话。用语音提个问题，就能在这里看到时间花在哪里。</translation>
    </message>
    <message>
        <source>Over the session</source>
        <translation>整个会话</translation>
    </message>
    <message>
        <source>From the end of the question; the numbers are those of the bars.</source>
        <translation>从问题结束时算起；编号与条形对应。</translation>
    </message>
    <message>
        <source>The window itself</source>
        <translation>窗口本身</translation>
    </message>
    <message>
        <source>Export as CSV…</source>
        <translation>导出为 CSV…</translation>
    </message>
    <message>
        <source>Export as JSON…</source>
        <translation>导出为 JSON…</translation>
    </message>
    <message>
        <source>Write the times into a file; nothing of what was said is in it</source>
        <translation>把时间写入文件；其中没有任何说过的话</translation>
    </message>
    <message>
        <source>median</source>
        <translation>中位数</translation>
    </message>
    <message>
        <source>step</source>
        <translation>步骤</translation>
    </message>
    <message>
        <source>what is there then</source>
        <translation>此时已有的内容</translation>
    </message>
    <message>
        <source>The longest time in which the window did not answer: {0} ms.</source>
        <translation>窗口最长未响应时间：{0} 毫秒。</translation>
    </message>
    <message>
        <source>Export the latencies</source>
        <translation>导出延迟</translation>
    </message>
    <message>
        <source>Written: {0}</source>
        <translation>已写入：{0}</translation>
    </message>
</context>
<context>
    <name>LevelMeter</name>
    <message>
        <source>Microphone level</source>
        <translation>麦克风音量</translation>
    </message>
    <message>
        <source>too loud</source>
        <translation>过响</translation>
    </message>
</context>
<context>
    <name>Listen</name>
    <message>
        <source>There is no loudspeaker; plug one in to hear it.</source>
        <translation>没有扬声器；请接上一个再收听。</translation>
    </message>
</context>
<context>
    <name>Loading</name>
    <message>
        <source>starting the engine</source>
        <translation>启动引擎</translation>
    </message>
    <message>
        <source>checking the pack</source>
        <translation>检查模型包</translation>
    </message>
    <message>
        <source>loading the ears</source>
        <translation>加载听觉部分</translation>
    </message>
    <message>
        <source>loading the language model</source>
        <translation>加载语言模型</translation>
    </message>
    <message>
        <source>loading the voice</source>
        <translation>加载语音部分</translation>
    </message>
    <message>
        <source>warming up</source>
        <translation>预热</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Drop the sound file to ask what is said in it</source>
        <translation>放开音频文件，即可就其中所说的内容提问</translation>
    </message>
    <message>
        <source>Back to the conversation</source>
        <translation>返回对话</translation>
    </message>
    <message>
        <source>One file is asked at a time, now {0}; drop the others when it is answered.</source>
        <translation>一次只问一个文件，现在是 {0}；等它回答后再拖入其他文件。</translation>
    </message>
    <message>
        <source>Ask with a sound file</source>
        <translation>用音频文件提问</translation>
    </message>
    <message>
        <source>Sound files ({0})</source>
        <translation>音频文件 ({0})</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
</context>
<context>
    <name>Microphone</name>
    <message>
        <source>Length of the recording</source>
        <translation>录音时长</translation>
    </message>
    <message>
        <source>{0} s</source>
        <translation>{0} 秒</translation>
    </message>
    <message>
        <source>Record again</source>
        <translation>重新录音</translation>
    </message>
    <message>
        <source>Record</source>
        <translation>录音</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Begin or end the recording; the key is {0}</source>
        <translation>开始或结束录音；按键是 {0}</translation>
    </message>
</context>
<context>
    <name>PackDetails</name>
    <message>
        <source>Languages</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Name and version</source>
        <translation>名称与版本</translation>
    </message>
    <message>
        <source>Adds to</source>
        <translation>扩展自</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>{0} in {1} files</source>
        <translation>{0}，共 {1} 个文件</translation>
    </message>
    <message>
        <source>Speech units</source>
        <translation>语音单元</translation>
    </message>
    <message>
        <source>{0} codes, {1} a second</source>
        <translation>{0} 个码，每秒 {1} 个</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Digest</source>
        <translation>摘要</translation>
    </message>
    <message>
        <source>not signed</source>
        <translation>未签名</translation>
    </message>
    <message>
        <source>Signed with the key</source>
        <translation>签名密钥</translation>
    </message>
    <message>
        <source>Consent of the speakers</source>
        <translation>说话人的同意</translation>
    </message>
    <message>
        <source>What it is made of</source>
        <translation>组成部分</translation>
    </message>
    <message>
        <source>Scorecard</source>
        <translation>成绩单</translation>
    </message>
    <message>
        <source>part</source>
        <translation>部分</translation>
    </message>
    <message>
        <source>kind</source>
        <translation>种类</translation>
    </message>
    <message>
        <source>licence</source>
        <translation>许可证</translation>
    </message>
    <message>
        <source>source</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>ear</source>
        <translation>听觉</translation>
    </message>
    <message>
        <source>language model</source>
        <translation>语言模型</translation>
    </message>
    <message>
        <source>voice</source>
        <translation>嗓音</translation>
    </message>
    <message>
        <source>This pack has not been measured yet, or its scorecard was not put into it. `cslm eval --into-pack` measures it and puts the result here.</source>
        <translation>这个模型包还没有测量过，或者成绩单没有放进去。`cslm eval --into-pack` 会测量它并把结果放到这里。</translation>
    </message>
    <message>
        <source>Measured on {0}</source>
        <translation>测量于 {0}</translation>
    </message>
    <message>
        <source>Bar: measured. Line: what must be reached. Triangle: what is aimed at.</source>
        <translation>条形：实测值。横线：必须达到的值。三角：目标值。</translation>
    </message>
    <message>
        <source>Show all {0} figures</source>
        <translation>显示全部 {0} 项数据</translation>
    </message>
</context>
<context>
    <name>PackList</name>
    <message>
        <source>Packs</source>
        <translation>模型包</translation>
    </message>
    <message>
        <source>damaged or no pack</source>
        <translation>已损坏或不是模型包</translation>
    </message>
    <message>
        <source>in use</source>
        <translation>使用中</translation>
    </message>
    <message>
        <source>version {0}</source>
        <translation>版本 {0}</translation>
    </message>
    <message>
        <source>came with the program</source>
        <translation>随程序提供</translation>
    </message>
    <message>
        <source>imported</source>
        <translation>已导入</translation>
    </message>
    <message>
        <source>adds to {0} {1}</source>
        <translation>扩展自 {0} {1}</translation>
    </message>
</context>
<context>
    <name>PacksPage</name>
    <message>
        <source>A pack is everything that hears, thinks and speaks. It runs on this computer only.</source>
        <translation>模型包就是用来听、想和说的一切。它只在这台电脑上运行。</translation>
    </message>
    <message>
        <source>Import a file…</source>
        <translation>导入文件…</translation>
    </message>
    <message>
        <source>Take in a pack from a zip file</source>
        <translation>从 zip 文件导入模型包</translation>
    </message>
    <message>
        <source>Import a folder…</source>
        <translation>导入文件夹…</translation>
    </message>
    <message>
        <source>Take in a pack from a folder</source>
        <translation>从文件夹导入模型包</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Cancel what is being done with the pack</source>
        <translation>取消正在对模型包进行的操作</translation>
    </message>
    <message>
        <source>Use this pack</source>
        <translation>使用此模型包</translation>
    </message>
    <message>
        <source>Verify</source>
        <translation>校验</translation>
    </message>
    <message>
        <source>Check every file of the pack against its manifest</source>
        <translation>按清单检查模型包的每个文件</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>移除…</translation>
    </message>
    <message>
        <source>Delete the pack from this computer</source>
        <translation>从这台电脑上删除模型包</translation>
    </message>
    <message>
        <source>Version before</source>
        <translation>上一版本</translation>
    </message>
    <message>
        <source>Go back to what was used before this version of the language pack</source>
        <translation>退回到此版语言包之前使用的版本</translation>
    </message>
    <message>
        <source>There is no pack yet; import one.</source>
        <translation>还没有模型包；请导入一个。</translation>
    </message>
    <message>
        <source>Switch off</source>
        <translation>停用</translation>
    </message>
    <message>
        <source>Switch on</source>
        <translation>启用</translation>
    </message>
    <message>
        <source>Add this language to its base pack, or take it away again</source>
        <translation>把这种语言加到基础包，或再次移除</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>使用中</translation>
    </message>
    <message>
        <source>Load this pack in place of the one that is in use</source>
        <translation>加载此模型包，替换正在使用的</translation>
    </message>
    <message>
        <source>The packs that came with the program stay.</source>
        <translation>随程序提供的模型包会保留。</translation>
    </message>
    <message>
        <source>This pack is in use; use another one first.</source>
        <translation>此模型包正在使用；请先换用另一个。</translation>
    </message>
    <message>
        <source>Cancelled; nothing was changed.</source>
        <translation>已取消；没有任何改动。</translation>
    </message>
    <message>
        <source>Verifying</source>
        <translation>正在校验</translation>
    </message>
    <message>
        <source>{0} is whole: all {1} files are as they were packed.</source>
        <translation>{0} 完好：全部 {1} 个文件与打包时一致。</translation>
    </message>
    <message>
        <source>Loading {0}…</source>
        <translation>正在加载 {0}…</translation>
    </message>
    <message>
        <source>Switching</source>
        <translation>正在切换</translation>
    </message>
    <message>
        <source>Going back</source>
        <translation>正在退回</translation>
    </message>
    <message>
        <source>{0} {1} is ready.</source>
        <translation>{0} {1} 已就绪。</translation>
    </message>
    <message>
        <source>Import a pack</source>
        <translation>导入模型包</translation>
    </message>
    <message>
        <source>Packs (*.zip);;All files (*)</source>
        <translation>模型包 (*.zip);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Import a pack&apos;s folder</source>
        <translation>导入模型包文件夹</translation>
    </message>
    <message>
        <source>Importing</source>
        <translation>正在导入</translation>
    </message>
    <message>
        <source>{0} was imported.</source>
        <translation>已导入 {0}。</translation>
    </message>
    <message>
        <source>Remove {0} from this computer? Its files are deleted.</source>
        <translation>要从这台电脑上移除 {0} 吗？它的文件将被删除。</translation>
    </message>
    <message>
        <source>Removing</source>
        <translation>正在移除</translation>
    </message>
    <message>
        <source>{0} was removed.</source>
        <translation>已移除 {0}。</translation>
    </message>
    <message>
        <source>Remove a pack</source>
        <translation>移除模型包</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保留</translation>
    </message>
</context>
<context>
    <name>Pages</name>
    <message>
        <source>Packs</source>
        <translation>模型包</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Latency</source>
        <translation>延迟</translation>
    </message>
    <message>
        <source>Calibrate</source>
        <translation>校准</translation>
    </message>
    <message>
        <source>New language</source>
        <translation>新语言</translation>
    </message>
    <message>
        <source>About</source>
        <translation>关于</translation>
    </message>
</context>
<context>
    <name>PlanStep</name>
    <message>
        <source>Say how long the training may take. A few real steps are tried on this machine; then it is known how many there can be, and how much memory and disk they need.</source>
        <translation>说明训练可以花多长时间。先在这台机器上试几步真实训练，就能知道可以训练多少步，需要多少内存和磁盘。</translation>
    </message>
    <message>
        <source> hours</source>
        <translation> 小时</translation>
    </message>
    <message>
        <source>An adapter and new embedding rows (small, the default)</source>
        <translation>适配器和新的嵌入行（小，默认）</translation>
    </message>
    <message>
        <source>All weights (needs much memory)</source>
        <translation>全部权重（需要大量内存）</translation>
    </message>
    <message>
        <source>The best there is</source>
        <translation>现有最好的</translation>
    </message>
    <message>
        <source>GPU</source>
        <translation>GPU</translation>
    </message>
    <message>
        <source>as many as serve</source>
        <translation>按需要</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>What is trained</source>
        <translation>训练内容</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Cores</source>
        <translation>核心数</translation>
    </message>
    <message>
        <source>Several GPUs or machines are used from the command line.</source>
        <translation>使用多块 GPU 或多台机器请用命令行。</translation>
    </message>
    <message>
        <source>Try and plan</source>
        <translation>试运行并规划</translation>
    </message>
    <message>
        <source>Run a few steps and settle the plan</source>
        <translation>运行几步并确定计划</translation>
    </message>
    <message>
        <source>Train again</source>
        <translation>再次训练</translation>
    </message>
    <message>
        <source>Set the training aside and plan another that goes on from what it has learnt</source>
        <translation>把这次训练放到一旁，规划新的训练，从已学到的继续</translation>
    </message>
</context>
<context>
    <name>Program</name>
    <message>
        <source>The last run ended badly</source>
        <translation>上次运行异常结束</translation>
    </message>
    <message>
        <source>Something went wrong the last time. Your conversations are kept. This was recorded:</source>
        <translation>上次运行出了问题。您的对话都已保留。记录如下：</translation>
    </message>
    <message>
        <source>Crash log</source>
        <translation>崩溃日志</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
</context>
<context>
    <name>Prompter</name>
    <message>
        <source>Hear it</source>
        <translation>收听</translation>
    </message>
    <message>
        <source>Play what was recorded</source>
        <translation>播放录下的声音</translation>
    </message>
    <message>
        <source>Keep it all the same</source>
        <translation>仍然保留</translation>
    </message>
    <message>
        <source>Use this take in spite of what was found</source>
        <translation>尽管有上述问题，仍使用这次录音</translation>
    </message>
    <message>
        <source>Throw it away</source>
        <translation>丢弃</translation>
    </message>
    <message>
        <source>This take is not wanted</source>
        <translation>不要这次录音</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>上一句</translation>
    </message>
    <message>
        <source>Show the sentence before</source>
        <translation>显示前一个句子</translation>
    </message>
    <message>
        <source>Skip</source>
        <translation>跳过</translation>
    </message>
    <message>
        <source>Show the next sentence</source>
        <translation>显示下一个句子</translation>
    </message>
    <message>
        <source>Kept.</source>
        <translation>已保留。</translation>
    </message>
    <message>
        <source>That was the last sentence.</source>
        <translation>这是最后一个句子。</translation>
    </message>
    <message>
        <source>This one is read already.</source>
        <translation>这一句已经读过。</translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation>第 {0} 句，共 {1} 句</translation>
    </message>
    <message>
        <source>{0} read</source>
        <translation>已读 {0} 句</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>下一句</translation>
    </message>
</context>
<context>
    <name>QuestionEditor</name>
    <message>
        <source>Corrected question</source>
        <translation>更正后的问题</translation>
    </message>
    <message>
        <source>Enter asks again, Escape keeps the question as it was.</source>
        <translation>回车重新提问，Esc 保留原来的问题。</translation>
    </message>
    <message>
        <source>Ask again</source>
        <translation>重新提问</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>QuestionField</name>
    <message>
        <source>Type a question…</source>
        <translation>输入问题…</translation>
    </message>
    <message>
        <source>Question</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>Enter asks, Shift and Enter begin a new line.</source>
        <translation>回车提问，Shift 加回车换行。</translation>
    </message>
</context>
<context>
    <name>ReadAloud</name>
    <message>
        <source>Read aloud</source>
        <translation>朗读</translation>
    </message>
    <message>
        <source>Record the sentences of this job right here. Each take is kept at once in the job&apos;s folder, so you can stop at any time and go on later. While it records, the conversation does not listen.</source>
        <translation>就在这里录下此任务的句子。每次录音都会立即保存在任务文件夹中，因此可以随时停下，以后再继续。录音期间，对话不会聆听。</translation>
    </message>
    <message>
        <source>Who speaks agrees that this voice is recorded and learnt from</source>
        <translation>说话人同意录下自己的声音并用于学习</translation>
    </message>
    <message>
        <source>Begin, or go on</source>
        <translation>开始或继续</translation>
    </message>
    <message>
        <source>Show the sentences that nobody has read yet</source>
        <translation>显示还没有人读过的句子</translation>
    </message>
    <message>
        <source>Take in what was read</source>
        <translation>导入已读内容</translation>
    </message>
    <message>
        <source>Add the recordings to the speech of the job</source>
        <translation>把录音加入任务的语音</translation>
    </message>
    <message>
        <source>Nobody is named; say above who speaks, then begin.</source>
        <translation>还没有填写姓名；请先在上面填写谁在说话，然后再开始。</translation>
    </message>
</context>
<context>
    <name>RejectedRows</name>
    <message>
        <source>What is not used, and why</source>
        <translation>哪些没有使用，为什么</translation>
    </message>
    <message>
        <source>Rejected rows</source>
        <translation>被拒绝的行</translation>
    </message>
    <message>
        <source>where</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>why</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>text</source>
        <translation>文字</translation>
    </message>
    <message>
        <source>Hear it</source>
        <translation>收听</translation>
    </message>
    <message>
        <source>Play the sound of the selected row</source>
        <translation>播放所选行的声音</translation>
    </message>
    <message>
        <source>The first {0} of {1} are listed.</source>
        <translation>列出了 {1} 行中的前 {0} 行。</translation>
    </message>
    <message>
        <source>{0}, {1}</source>
        <comment>source and place in it</comment>
        <translation>{0}，{1}</translation>
    </message>
</context>
<context>
    <name>Runner</name>
    <message>
        <source>This installation has no trainer; install the project from its source to teach languages.</source>
        <translation>这次安装没有训练程序；要教语言，请从源代码安装本项目。</translation>
    </message>
    <message>
        <source>The trainer could not be started; is the installation whole?</source>
        <translation>训练程序无法启动；安装完整吗？</translation>
    </message>
    <message>
        <source>no reason was given</source>
        <translation>没有给出原因</translation>
    </message>
    <message>
        <source>The trainer ended badly ({0}); try again.</source>
        <translation>训练程序异常结束（{0}）；请重试。</translation>
    </message>
</context>
<context>
    <name>ScorecardChart</name>
    <message>
        <source>Scorecard</source>
        <translation>成绩单</translation>
    </message>
    <message>
        <source>Bar: measured. Line: what must be reached. Triangle: what is aimed at.</source>
        <translation>条形：实测值。横线：必须达到的值。三角：目标值。</translation>
    </message>
    <message>
        <source>aim reached</source>
        <translation>达到目标</translation>
    </message>
    <message>
        <source>reached</source>
        <translation>已达到</translation>
    </message>
    <message>
        <source>not reached</source>
        <translation>未达到</translation>
    </message>
</context>
<context>
    <name>ScorecardStep</name>
    <message>
        <source>The new language on speech that was kept for the test, and the old languages before and after, so that you see whether something was forgotten.</source>
        <translation>在留作测试的语音上评测新语言，并比较旧语言前后的表现，以便看出是否有所遗忘。</translation>
    </message>
    <message>
        <source>none: the speech is not judged</source>
        <translation>无：不评判语音</translation>
    </message>
    <message>
        <source>Whisper as judge</source>
        <translation>由 Whisper 评判</translation>
    </message>
    <message>
        <source>A folder of a faster-whisper model, or its size.</source>
        <translation>faster-whisper 模型的文件夹，或其大小。</translation>
    </message>
    <message>
        <source>Items of each kind</source>
        <translation>每类项目数</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>测量</translation>
    </message>
    <message>
        <source>Measure what was learnt and forgotten</source>
        <translation>测量学到和忘记的内容</translation>
    </message>
    <message>
        <source>Open the report</source>
        <translation>打开报告</translation>
    </message>
    <message>
        <source>Show everything, with sounds, in the browser</source>
        <translation>在浏览器中显示全部内容（含声音）</translation>
    </message>
</context>
<context>
    <name>Sentence</name>
    <message>
        <source>Arabic</source>
        <translation>阿拉伯语</translation>
    </message>
    <message>
        <source>Cantonese</source>
        <translation>粤语</translation>
    </message>
    <message>
        <source>Czech</source>
        <translation>捷克语</translation>
    </message>
    <message>
        <source>Danish</source>
        <translation>丹麦语</translation>
    </message>
    <message>
        <source>Dutch</source>
        <translation>荷兰语</translation>
    </message>
    <message>
        <source>English</source>
        <translation>英语</translation>
    </message>
    <message>
        <source>Finnish</source>
        <translation>芬兰语</translation>
    </message>
    <message>
        <source>French</source>
        <translation>法语</translation>
    </message>
    <message>
        <source>German</source>
        <translation>德语</translation>
    </message>
    <message>
        <source>Greek</source>
        <translation>希腊语</translation>
    </message>
    <message>
        <source>Hindi</source>
        <translation>印地语</translation>
    </message>
    <message>
        <source>Hungarian</source>
        <translation>匈牙利语</translation>
    </message>
    <message>
        <source>Indonesian</source>
        <translation>印度尼西亚语</translation>
    </message>
    <message>
        <source>Italian</source>
        <translation>意大利语</translation>
    </message>
    <message>
        <source>Japanese</source>
        <translation>日语</translation>
    </message>
    <message>
        <source>Korean</source>
        <translation>韩语</translation>
    </message>
    <message>
        <source>Mandarin</source>
        <translation>普通话</translation>
    </message>
    <message>
        <source>Norwegian</source>
        <translation>挪威语</translation>
    </message>
    <message>
        <source>Polish</source>
        <translation>波兰语</translation>
    </message>
    <message>
        <source>Portuguese</source>
        <translation>葡萄牙语</translation>
    </message>
    <message>
        <source>Russian</source>
        <translation>俄语</translation>
    </message>
    <message>
        <source>Spanish</source>
        <translation>西班牙语</translation>
    </message>
    <message>
        <source>Swedish</source>
        <translation>瑞典语</translation>
    </message>
    <message>
        <source>Thai</source>
        <translation>泰语</translation>
    </message>
    <message>
        <source>Turkish</source>
        <translation>土耳其语</translation>
    </message>
    <message>
        <source>Ukrainian</source>
        <translation>乌克兰语</translation>
    </message>
    <message>
        <source>Vietnamese</source>
        <translation>越南语</translation>
    </message>
    <message>
        <source>{0} and {1}</source>
        <translation>{0}、{1}</translation>
    </message>
    <message>
        <source>microphone</source>
        <translation>麦克风</translation>
    </message>
    <message>
        <source>loudspeaker</source>
        <translation>扬声器</translation>
    </message>
    <message>
        <source>start it again</source>
        <translation>请重新启动它</translation>
    </message>
    <message>
        <source>start it again (its log is {0})</source>
        <translation>请重新启动它（日志在 {0}）</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>the system refused it</source>
        <translation>系统拒绝了</translation>
    </message>
    <message>
        <source>The engine is not running; start it again, then ask once more.</source>
        <translation>引擎没有运行；请重新启动它，然后再问一次。</translation>
    </message>
    <message>
        <source>The engine is not running; start it first.</source>
        <translation>引擎没有运行；请先启动它。</translation>
    </message>
    <message>
        <source>The engine could not be started ({0}); restart the program.</source>
        <translation>引擎无法启动（{0}）；请重启程序。</translation>
    </message>
    <message>
        <source>The engine does not answer any more; {0}.</source>
        <translation>引擎不再响应；{0}。</translation>
    </message>
    <message>
        <source>The engine was ended from outside, perhaps because memory ran out; {0}.</source>
        <translation>引擎被外部终止，可能是内存不足；{0}。</translation>
    </message>
    <message>
        <source>The engine crashed ({0}); {1}.</source>
        <translation>引擎崩溃了（{0}）；{1}。</translation>
    </message>
    <message>
        <source>The engine stopped unexpectedly (exit code {0}); {1}.</source>
        <translation>引擎意外停止（退出码 {0}）；{1}。</translation>
    </message>
    <message>
        <source>The engine ran out of memory; close other programs or take a smaller pack, then start it again.</source>
        <translation>引擎内存不足；请关闭其他程序或换用较小的模型包，然后重新启动它。</translation>
    </message>
    <message>
        <source>The engine failed ({0}); start it again. Its log says more.</source>
        <translation>引擎出错（{0}）；请重新启动它。详情见日志。</translation>
    </message>
    <message>
        <source>Nothing was heard: the sound is silent. Check the microphone and ask again.</source>
        <translation>什么也没听到：声音是静音的。请检查麦克风后再问。</translation>
    </message>
    <message>
        <source>No speech was heard in the sound. Ask again, closer to the microphone.</source>
        <translation>声音中没有听到说话。请靠近麦克风再问一次。</translation>
    </message>
    <message>
        <source>No reply came; ask in other words.</source>
        <translation>没有得到回答；请换个说法再问。</translation>
    </message>
    <message>
        <source>The temperature {0} cannot be used; give a number from 0 (always the likeliest).</source>
        <translation>温度 {0} 无法使用；请给出 0（总是选最可能的）或更大的数。</translation>
    </message>
    <message>
        <source>The seed {0} cannot be used; give a whole number from 0 to {1}.</source>
        <translation>种子 {0} 无法使用；请给出 0 到 {1} 的整数。</translation>
    </message>
    <message>
        <source>A number is too large for the engine; give a smaller one.</source>
        <translation>有一个数对引擎来说太大；请给出较小的数。</translation>
    </message>
    <message>
        <source>The question is too long; at most {0} s can be heard at once.</source>
        <translation>问题太长；一次最多能听 {0} 秒。</translation>
    </message>
    <message>
        <source>The question is too long ({0} s); at most {1} s can be heard at once.</source>
        <translation>问题太长（{0} 秒）；一次最多能听 {1} 秒。</translation>
    </message>
    <message>
        <source>The question is too short ({0} s); at least {1} s of sound is needed.</source>
        <translation>问题太短（{0} 秒）；至少需要 {1} 秒的声音。</translation>
    </message>
    <message>
        <source>The question holds samples that are not numbers (NaN or infinite); export it again.</source>
        <translation>问题的声音含有不是数字的采样（NaN 或无穷大）；请重新导出。</translation>
    </message>
    <message>
        <source>The sound holds samples that are not numbers, or is not mono; record it again.</source>
        <translation>声音含有不是数字的采样，或者不是单声道；请重新录制。</translation>
    </message>
    <message>
        <source>The question is too long for the model; ask it in fewer words.</source>
        <translation>问题对模型来说太长了；请用更少的话来问。</translation>
    </message>
    <message>
        <source>This is too long for the model; use fewer words at a time.</source>
        <translation>这对模型来说太长了；请一次少用些词。</translation>
    </message>
    <message>
        <source>The conversation has become too long for the model; begin a new one.</source>
        <translation>对话对模型来说太长了；请开始一个新的对话。</translation>
    </message>
    <message>
        <source>The text is empty; type something.</source>
        <translation>文字是空的；请输入内容。</translation>
    </message>
    <message>
        <source>The text is empty; type what was asked.</source>
        <translation>文字是空的；请输入所问的内容。</translation>
    </message>
    <message>
        <source>The text is too long ({0} characters); at most {1} can be read at once.</source>
        <translation>文字太长（{0} 个字符）；一次最多能读 {1} 个。</translation>
    </message>
    <message>
        <source>This pack does not know {0}; it knows {1}.</source>
        <translation>这个模型包不会{0}；它会{1}。</translation>
    </message>
    <message>
        <source>The text is in a language this pack does not know; it knows {0}.</source>
        <translation>文字所用的语言这个模型包不会；它会{0}。</translation>
    </message>
    <message>
        <source>This model does not know the language &apos;{0}&apos; (it knows: {1}).</source>
        <translation>这个模型不会语言“{0}”（它会：{1}）。</translation>
    </message>
    <message>
        <source>No pack is loaded; load one first.</source>
        <translation>没有加载模型包；请先加载一个。</translation>
    </message>
    <message>
        <source>This question was not being listened to; ask it again.</source>
        <translation>刚才没有在听这个问题；请再问一次。</translation>
    </message>
    <message>
        <source>Neither the words nor the sound of this question are there; ask it again.</source>
        <translation>这个问题的文字和声音都没有了；请重新提问。</translation>
    </message>
    <message>
        <source>The sound of this turn was not kept, so it cannot be played; ask for the reply again to hear it.</source>
        <translation>这一轮的声音没有保留，因此无法播放；请重新获取回答来收听。</translation>
    </message>
    <message>
        <source>{0} is a folder; name a sound file in it.</source>
        <translation>{0} 是文件夹；请选择其中的音频文件。</translation>
    </message>
    <message>
        <source>{0} does not exist; check the name.</source>
        <translation>{0} 不存在；请检查名称。</translation>
    </message>
    <message>
        <source>{0} cannot be opened; check its name and that you may read it.</source>
        <translation>{0} 无法打开；请检查名称以及您是否有权读取它。</translation>
    </message>
    <message>
        <source>{0} cannot be read; name a sound file, or send one with a pipe.</source>
        <translation>{0} 无法读取；请选择音频文件，或用管道传入。</translation>
    </message>
    <message>
        <source>{0} is not a sound file that can be read; use wav, flac, mp3, ogg, opus or m4a.</source>
        <translation>{0} 不是能读取的音频文件；请使用 wav、flac、mp3、ogg、opus 或 m4a。</translation>
    </message>
    <message>
        <source>{0} states a sample rate of {1} Hz, which is not usable; export it again.</source>
        <translation>{0} 标明的采样率是 {1} Hz，无法使用；请重新导出。</translation>
    </message>
    <message>
        <source>{0} holds samples that are not numbers (NaN or infinite); export it again.</source>
        <translation>{0} 含有不是数字的采样（NaN 或无穷大）；请重新导出。</translation>
    </message>
    <message>
        <source>{0} has {1} dimensions; mono samples of shape (n,) are needed.</source>
        <translation>{0} 有 {1} 个维度；需要形状为 (n,) 的单声道采样。</translation>
    </message>
    <message>
        <source>{0} is empty (0 bytes); record it again.</source>
        <translation>{0} 是空的（0 字节）；请重新录制。</translation>
    </message>
    <message>
        <source>{0} holds no sound; record it again.</source>
        <translation>{0} 里没有声音；请重新录制。</translation>
    </message>
    <message>
        <source>{0} is too short ({1} s); at least {2} s of sound is needed.</source>
        <translation>{0} 太短（{1} 秒）；至少需要 {2} 秒的声音。</translation>
    </message>
    <message>
        <source>{0} is too long ({1} s); at most {2} s can be heard at once.</source>
        <translation>{0} 太长（{1} 秒）；一次最多能听 {2} 秒。</translation>
    </message>
    <message>
        <source>{0} is too long (more than {1} s); at most {2} s can be heard at once.</source>
        <translation>{0} 太长（超过 {1} 秒）；一次最多能听 {2} 秒。</translation>
    </message>
    <message>
        <source>{0} has more than {1} MB; give a shorter recording.</source>
        <translation>{0} 超过 {1} MB；请提供较短的录音。</translation>
    </message>
    <message>
        <source>{0} could not be written: {1}.</source>
        <translation>{0} 无法写入：{1}。</translation>
    </message>
    <message>
        <source>the disk is full; free some space and try again</source>
        <translation>磁盘已满；请腾出一些空间后重试</translation>
    </message>
    <message>
        <source>the disk quota is used up; free some space and try again</source>
        <translation>磁盘配额已用完；请腾出一些空间后重试</translation>
    </message>
    <message>
        <source>the folder may not be written to; choose another place</source>
        <translation>没有写入该文件夹的权限；请选择其他位置</translation>
    </message>
    <message>
        <source>the disk is read-only; choose another place</source>
        <translation>磁盘是只读的；请选择其他位置</translation>
    </message>
    <message>
        <source>its folder does not exist; make it first</source>
        <translation>它所在的文件夹不存在；请先创建</translation>
    </message>
    <message>
        <source>its folder is not a folder; choose another place</source>
        <translation>它所在的位置不是文件夹；请选择其他位置</translation>
    </message>
    <message>
        <source>a folder of that name is there; choose another name</source>
        <translation>已有同名的文件夹；请换一个名称</translation>
    </message>
    <message>
        <source>the name is too long; choose a shorter one</source>
        <translation>名称太长；请换一个较短的</translation>
    </message>
    <message>
        <source>{0} could not be written ({1}); choose another place.</source>
        <translation>{0} 无法写入（{1}）；请选择其他位置。</translation>
    </message>
    <message>
        <source>{0} could not be written ({1}); set the clock of the computer.</source>
        <translation>{0} 无法写入（{1}）；请校正电脑的时钟。</translation>
    </message>
    <message>
        <source>No pack has been chosen yet; choose one.</source>
        <translation>还没有选择模型包；请选择一个。</translation>
    </message>
    <message>
        <source>No pack was found in {0} or {1}; import one first.</source>
        <translation>在 {0} 或 {1} 中没有找到模型包；请先导入一个。</translation>
    </message>
    <message>
        <source>There is no pack &apos;{0}&apos;; there is: {1}.</source>
        <translation>没有模型包“{0}”；现有：{1}。</translation>
    </message>
    <message>
        <source>{0} does not exist; name a pack&apos;s folder or zip.</source>
        <translation>{0} 不存在；请选择模型包的文件夹或 zip。</translation>
    </message>
    <message>
        <source>{0} is not a pack folder; name a folder with a {1} in it.</source>
        <translation>{0} 不是模型包的文件夹；请选择含有 {1} 的文件夹。</translation>
    </message>
    <message>
        <source>{0} has no {1}; it is not a pack.</source>
        <translation>{0} 中没有 {1}；它不是模型包。</translation>
    </message>
    <message>
        <source>{0} has no {1}; it is not a pack, or not a whole one.</source>
        <translation>{0} 中没有 {1}；它不是模型包，或者不完整。</translation>
    </message>
    <message>
        <source>{0} could not be taken in: {1}.</source>
        <translation>{0} 无法导入：{1}。</translation>
    </message>
    <message>
        <source>{0} needs {1} MB and the disk has {2} MB free; make room first.</source>
        <translation>{0} 需要 {1} MB，而磁盘只剩 {2} MB；请先腾出空间。</translation>
    </message>
    <message>
        <source>Another pack {0} is there already; remove it first, or replace it.</source>
        <translation>已有另一个模型包 {0}；请先删除它，或替换它。</translation>
    </message>
    <message>
        <source>The pack {0} came with the program; only imported packs can be removed.</source>
        <translation>模型包 {0} 是程序自带的；只能删除导入的模型包。</translation>
    </message>
    <message>
        <source>The pack {0} is in use or may not be removed; close what uses it.</source>
        <translation>模型包 {0} 正在使用或不允许删除；请关闭使用它的程序。</translation>
    </message>
    <message>
        <source>{0} cannot be read; check that you may read it.</source>
        <translation>{0} 无法读取；请检查您是否有权读取它。</translation>
    </message>
    <message>
        <source>{0} cannot be read; check the disk and that you may read it.</source>
        <translation>{0} 无法读取；请检查磁盘以及您是否有权读取它。</translation>
    </message>
    <message>
        <source>{0} is damaged or not a zip; get the pack again.</source>
        <translation>{0} 已损坏或不是 zip；请重新获取模型包。</translation>
    </message>
    <message>
        <source>{0} is damaged; get the pack again.</source>
        <translation>{0} 已损坏；请重新获取模型包。</translation>
    </message>
    <message>
        <source>{0} is cut short; get the pack again.</source>
        <translation>{0} 被截短了；请重新获取模型包。</translation>
    </message>
    <message>
        <source>{0} is longer than the manifest says; get the pack again.</source>
        <translation>{0} 比清单中写的长；请重新获取模型包。</translation>
    </message>
    <message>
        <source>The pack {0} is not whole: {1} is missing; get the pack again.</source>
        <translation>模型包 {0} 不完整：缺少 {1}；请重新获取模型包。</translation>
    </message>
    <message>
        <source>The pack {0} is damaged: {1} has another size; get the pack again.</source>
        <translation>模型包 {0} 已损坏：{1} 的大小不符；请重新获取模型包。</translation>
    </message>
    <message>
        <source>The pack {0} is damaged: {1} is {2} ({3} of {4} bytes); get the pack again.</source>
        <translation>模型包 {0} 已损坏：{1} {2}（现为 {3} 字节，应为 {4} 字节）；请重新获取模型包。</translation>
    </message>
    <message>
        <source>cut short</source>
        <translation>被截短了</translation>
    </message>
    <message>
        <source>longer than it was</source>
        <translation>变长了</translation>
    </message>
    <message>
        <source>The pack {0} is damaged or was changed: {1} is not the file that was packed; get the pack again.</source>
        <translation>模型包 {0} 已损坏或被改动：{1} 不是打包时的文件；请重新获取模型包。</translation>
    </message>
    <message>
        <source>The pack {0} is refused: {1} is not listed in {2}.</source>
        <translation>模型包 {0} 被拒绝：{2} 中没有列出 {1}。</translation>
    </message>
    <message>
        <source>The pack {0} is refused: {1} may not be in a pack ({2}).</source>
        <translation>模型包 {0} 被拒绝：模型包中不允许有 {1}（{2}）。</translation>
    </message>
    <message>
        <source>the name is kept for the signature</source>
        <translation>该名称留给签名使用</translation>
    </message>
    <message>
        <source>the path leaves the pack or is not plain</source>
        <translation>路径超出模型包或不规范</translation>
    </message>
    <message>
        <source>the path is too long</source>
        <translation>路径太长</translation>
    </message>
    <message>
        <source>the path has a character that not every system allows</source>
        <translation>路径含有某些系统不允许的字符</translation>
    </message>
    <message>
        <source>the path has a name that not every system allows</source>
        <translation>路径含有某些系统不允许的名称</translation>
    </message>
    <message>
        <source>a pack may hold only data ({0})</source>
        <translation>模型包只能包含数据（{0}）</translation>
    </message>
    <message>
        <source>{0} in {1} is a link or a device; a pack holds plain files only.</source>
        <translation>{1} 中的 {0} 是链接或设备；模型包只能包含普通文件。</translation>
    </message>
    <message>
        <source>{0} is a link; a pack holds its own files.</source>
        <translation>{0} 是链接；模型包必须包含自己的文件。</translation>
    </message>
    <message>
        <source>{0} is refused: a pack may hold only data, not {1}.</source>
        <translation>{0} 被拒绝：模型包只能包含数据，不能包含 {1}。</translation>
    </message>
    <message>
        <source>files without a suffix</source>
        <translation>没有扩展名的文件</translation>
    </message>
    <message>
        <source>{0} is refused: it is not a {1} file.</source>
        <translation>{0} 被拒绝：它不是 {1} 文件。</translation>
    </message>
    <message>
        <source>{0} is refused: it is not text.</source>
        <translation>{0} 被拒绝：它不是文本。</translation>
    </message>
    <message>
        <source>{0} is refused: it holds a script.</source>
        <translation>{0} 被拒绝：其中有脚本。</translation>
    </message>
    <message>
        <source>{0} is refused: its entry &apos;{1}&apos; asks for code to be run.</source>
        <translation>{0} 被拒绝：其中的“{1}”要求运行代码。</translation>
    </message>
    <message>
        <source>{0} is refused: it says it has {1} GB, more than any pack.</source>
        <translation>{0} 被拒绝：它自称有 {1} GB，任何模型包都没有这么大。</translation>
    </message>
    <message>
        <source>{0} is refused: its {1} is too large.</source>
        <translation>{0} 被拒绝：其中的 {1} 太大。</translation>
    </message>
    <message>
        <source>{0} is refused: {1} unpacks to far more than it should (a zip bomb).</source>
        <translation>{0} 被拒绝：{1} 解压后远大于应有的大小（zip 炸弹）。</translation>
    </message>
    <message>
        <source>{0} is refused: the name {1} in it leads out of the pack.</source>
        <translation>{0} 被拒绝：其中的名称 {1} 指向模型包之外。</translation>
    </message>
    <message>
        <source>{0} is refused: {1} in it is a link or a device.</source>
        <translation>{0} 被拒绝：其中的 {1} 是链接或设备。</translation>
    </message>
    <message>
        <source>{0} is refused: {1} in it is encrypted.</source>
        <translation>{0} 被拒绝：其中的 {1} 已加密。</translation>
    </message>
    <message>
        <source>{0} is refused: {1} is in it twice.</source>
        <translation>{0} 被拒绝：其中有两个 {1}。</translation>
    </message>
    <message>
        <source>{0} is damaged: {1}; get the pack again.</source>
        <translation>{0} 已损坏：{1}；请重新获取模型包。</translation>
    </message>
    <message>
        <source>it is too short for a safetensors file</source>
        <translation>它太短，不可能是 safetensors 文件</translation>
    </message>
    <message>
        <source>its header does not fit the file</source>
        <translation>文件头与文件不符</translation>
    </message>
    <message>
        <source>its header is not readable</source>
        <translation>文件头无法读取</translation>
    </message>
    <message>
        <source>the tensor &apos;{0}&apos; is not described properly</source>
        <translation>张量“{0}”的描述不正确</translation>
    </message>
    <message>
        <source>its tensors overlap or leave a gap</source>
        <translation>张量之间有重叠或空隙</translation>
    </message>
    <message>
        <source>its tensors do not fill the file</source>
        <translation>张量没有填满文件</translation>
    </message>
    <message>
        <source>{0} is damaged: it is not JSON; get the pack again.</source>
        <translation>{0} 已损坏：它不是 JSON；请重新获取模型包。</translation>
    </message>
    <message>
        <source>{0} is damaged: it is not TOML; get the pack again.</source>
        <translation>{0} 已损坏：它不是 TOML；请重新获取模型包。</translation>
    </message>
    <message>
        <source>{0} is damaged: it states its own digest; get the pack again.</source>
        <translation>{0} 已损坏：它写有自己的摘要；请重新获取模型包。</translation>
    </message>
    <message>
        <source>{0} is larger than {1} MB; it is not a pack&apos;s manifest.</source>
        <translation>{0} 大于 {1} MB；它不是模型包的清单。</translation>
    </message>
    <message>
        <source>{0} does not say which version of the pack format it has; get the pack again.</source>
        <translation>{0} 没有写明模型包格式的版本；请重新获取模型包。</translation>
    </message>
    <message>
        <source>{0} has version {1} of the pack format, this program reads {2}; update the program.</source>
        <translation>{0} 的模型包格式是版本 {1}，本程序能读版本 {2}；请更新程序。</translation>
    </message>
    <message>
        <source>{0} has version {1} of the pack format, this program reads {2}; get a newer pack.</source>
        <translation>{0} 的模型包格式是版本 {1}，本程序能读版本 {2}；请获取更新的模型包。</translation>
    </message>
    <message>
        <source>The pack {0} is refused: its signature is too large.</source>
        <translation>模型包 {0} 被拒绝：它的签名太大。</translation>
    </message>
    <message>
        <source>The signature of the pack {0} is of another version; update the program.</source>
        <translation>模型包 {0} 的签名是其他版本的；请更新程序。</translation>
    </message>
    <message>
        <source>The signature of the pack {0} is wrong: the pack was changed after it was signed; do not use it.</source>
        <translation>模型包 {0} 的签名不对：它在签名之后被改动过；请不要使用它。</translation>
    </message>
    <message>
        <source>{0} is not valid: {1}; get the pack again.</source>
        <translation>{0} 无效：{1}；请重新获取模型包。</translation>
    </message>
    <message>
        <source>the name {0} is not small letters, digits and hyphens</source>
        <translation>名称 {0} 不全是小写字母、数字和连字符</translation>
    </message>
    <message>
        <source>the version {0} is not like 1.2.3</source>
        <translation>版本 {0} 不是 1.2.3 这样的形式</translation>
    </message>
    <message>
        <source>the title is empty</source>
        <translation>标题是空的</translation>
    </message>
    <message>
        <source>no language is stated</source>
        <translation>没有写明语言</translation>
    </message>
    <message>
        <source>a language is stated twice</source>
        <translation>同一种语言写了两次</translation>
    </message>
    <message>
        <source>the language {0} is not a code like en or zh</source>
        <translation>语言 {0} 不是 en 或 zh 这样的代码</translation>
    </message>
    <message>
        <source>listen_rate {0} is not a usable sample rate</source>
        <translation>listen_rate {0} 不是可用的采样率</translation>
    </message>
    <message>
        <source>speak_rate {0} is not a usable sample rate</source>
        <translation>speak_rate {0} 不是可用的采样率</translation>
    </message>
    <message>
        <source>{0} units are not usable</source>
        <translation>{0} 个语音单元是不可用的数目</translation>
    </message>
    <message>
        <source>{0} units a second are not usable</source>
        <translation>每秒 {0} 个语音单元是不可用的数目</translation>
    </message>
    <message>
        <source>the consent statement is not usable</source>
        <translation>同意声明不可用</translation>
    </message>
    <message>
        <source>the base pack&apos;s name or version is not valid</source>
        <translation>基础包的名称或版本无效</translation>
    </message>
    <message>
        <source>the base pack&apos;s sha256 is not 64 hexadecimal digits</source>
        <translation>基础包的 sha256 不是 64 位十六进制数字</translation>
    </message>
    <message>
        <source>no component is stated</source>
        <translation>没有写明任何组件</translation>
    </message>
    <message>
        <source>the component &apos;{0}&apos; has a role or kind that is not small letters, digits, - and _</source>
        <translation>组件“{0}”的角色或类型不全是小写字母、数字、- 和 _</translation>
    </message>
    <message>
        <source>the component &apos;{0}&apos; names the folder {1}, which holds no listed file</source>
        <translation>组件“{0}”指定的文件夹 {1} 中没有列出的文件</translation>
    </message>
    <message>
        <source>the component &apos;{0}&apos; states no licence or source</source>
        <translation>组件“{0}”没有写明许可证或来源</translation>
    </message>
    <message>
        <source>no file is listed</source>
        <translation>没有列出任何文件</translation>
    </message>
    <message>
        <source>the file {0} is refused: {1}</source>
        <translation>文件 {0} 被拒绝：{1}</translation>
    </message>
    <message>
        <source>the file {0} has no usable sha256 or size</source>
        <translation>文件 {0} 没有可用的 sha256 或大小</translation>
    </message>
    <message>
        <source>the file {0} is listed twice</source>
        <translation>文件 {0} 列出了两次</translation>
    </message>
    <message>
        <source>The pack {0} stands alone; it has no base pack.</source>
        <translation>模型包 {0} 是独立的；它没有基础包。</translation>
    </message>
    <message>
        <source>The pack {0} stands alone; only language packs can be added to another.</source>
        <translation>模型包 {0} 是独立的；只有语言包可以加到别的模型包上。</translation>
    </message>
    <message>
        <source>The pack {0} only adds a language; open its base pack and switch it on there.</source>
        <translation>模型包 {0} 只增加一种语言；请打开它的基础包，在那里启用它。</translation>
    </message>
    <message>
        <source>The pack {0} needs the pack {1} {2}; import that first.</source>
        <translation>模型包 {0} 需要模型包 {1} {2}；请先导入后者。</translation>
    </message>
    <message>
        <source>The pack {0} was made for another build of {1} {2}; get that one.</source>
        <translation>模型包 {0} 是为 {1} {2} 的另一个构建制作的；请获取那个构建。</translation>
    </message>
    <message>
        <source>The language pack {0} was made for the pack {1} and does not fit {2}; get the one that it was made for.</source>
        <translation>语言包 {0} 是为模型包 {1} 制作的，不适用于 {2}；请获取它所对应的模型包。</translation>
    </message>
    <message>
        <source>another build of it</source>
        <translation>后者的另一个构建</translation>
    </message>
    <message>
        <source>The pack {0} knows &apos;{1}&apos; already; switch {2} off.</source>
        <translation>模型包 {0} 已会“{1}”；请停用 {2}。</translation>
    </message>
    <message>
        <source>The pack {0} teaches &apos;{1}&apos; already; switch it off first.</source>
        <translation>模型包 {0} 已经在教“{1}”；请先停用它。</translation>
    </message>
    <message>
        <source>The language packs {0} and {1} both teach &apos;{2}&apos;; switch one off.</source>
        <translation>语言包 {0} 和 {1} 都教“{2}”；请停用其中一个。</translation>
    </message>
    <message>
        <source>The language &apos;{0}&apos; is there already; switch off one of the two packs.</source>
        <translation>语言“{0}”已经有了；请停用两个语言包中的一个。</translation>
    </message>
    <message>
        <source>The language pack {0} was never switched on here; there is nothing to go back to.</source>
        <translation>语言包 {0} 从未在这里启用过；没有可以退回的版本。</translation>
    </message>
    <message>
        <source>{0} is damaged; delete it and switch the language packs on again.</source>
        <translation>{0} 已损坏；请删除它，然后重新启用语言包。</translation>
    </message>
    <message>
        <source>{0} is from a newer version of the program; update the program.</source>
        <translation>{0} 来自更新版本的程序；请更新程序。</translation>
    </message>
    <message>
        <source>The language pack {0} has no adapter; import it again.</source>
        <translation>语言包 {0} 没有适配器；请重新导入它。</translation>
    </message>
    <message>
        <source>The language pack {0} changes the {1} in an unknown way; update.</source>
        <translation>语言包 {0} 以未知的方式改动 {1}；请更新程序。</translation>
    </message>
    <message>
        <source>The {0} of the base pack cannot be changed by {1}; switch it off.</source>
        <translation>基础包的 {0} 不能由 {1} 改动；请停用后者。</translation>
    </message>
    <message>
        <source>A {0} of the kind &apos;{1}&apos; takes no language packs; switch them off.</source>
        <translation>类型为“{1}”的 {0} 不能使用语言包；请停用它们。</translation>
    </message>
    <message>
        <source>The language pack changes parts of the speech tokenizer or decoder that its base pack has not; import it again.</source>
        <translation>语言包所改动的语音编码器或解码器部件是基础包没有的；请重新导入它。</translation>
    </message>
    <message>
        <source>The language pack for &apos;{0}&apos; was made for another vocabulary; take the base pack that it names.</source>
        <translation>“{0}”的语言包是为另一个词表制作的；请使用它所指定的基础包。</translation>
    </message>
    <message>
        <source>The language pack for &apos;{0}&apos; was made for other units; take the base pack that it names.</source>
        <translation>“{0}”的语言包是为另一套语音单元制作的；请使用它所指定的基础包。</translation>
    </message>
    <message>
        <source>The language pack for &apos;{0}&apos; adds {1}, which is there already.</source>
        <translation>“{0}”的语言包要增加 {1}，而它已经有了。</translation>
    </message>
    <message>
        <source>The language pack lacks the output rows that this base pack needs.</source>
        <translation>语言包缺少这个基础包所需的输出行。</translation>
    </message>
    <message>
        <source>The language pack has an adapter of another version; update the program.</source>
        <translation>语言包的适配器是其他版本的；请更新程序。</translation>
    </message>
    <message>
        <source>The adapter of the language pack is damaged; import the pack again.</source>
        <translation>语言包的适配器已损坏；请重新导入语言包。</translation>
    </message>
    <message>
        <source>The adapter of the language pack contradicts itself; import the pack again.</source>
        <translation>语言包的适配器自相矛盾；请重新导入语言包。</translation>
    </message>
    <message>
        <source>The adapter of the language pack does not fit the base pack&apos;s language model; import the pack again.</source>
        <translation>语言包的适配器与基础包的语言模型不符；请重新导入语言包。</translation>
    </message>
    <message>
        <source>The pack {0} has no component &apos;{1}&apos;; take another pack.</source>
        <translation>模型包 {0} 没有组件“{1}”；请换一个模型包。</translation>
    </message>
    <message>
        <source>This program cannot read a {0} of the kind &apos;{1}&apos; (it reads: {2}); update the program.</source>
        <translation>本程序无法读取类型为“{1}”的 {0}（它能读：{2}）；请更新程序。</translation>
    </message>
    <message>
        <source>The file {0} of the language model cannot be read; install the pack again.</source>
        <translation>语言模型的文件 {0} 无法读取；请重新安装模型包。</translation>
    </message>
    <message>
        <source>The file {0} of the language model is damaged; install the pack again.</source>
        <translation>语言模型的文件 {0} 已损坏；请重新安装模型包。</translation>
    </message>
    <message>
        <source>The file {0} of the language model cannot be used ({1}).</source>
        <translation>语言模型的文件 {0} 无法使用（{1}）。</translation>
    </message>
    <message>
        <source>The file {0} of the language model is not complete ({1}).</source>
        <translation>语言模型的文件 {0} 不完整（{1}）。</translation>
    </message>
    <message>
        <source>The file {0} of the language model is of another version; update the program.</source>
        <translation>语言模型的文件 {0} 是其他版本的；请更新程序。</translation>
    </message>
    <message>
        <source>The file {0} of the language model is of another format; update the program.</source>
        <translation>语言模型的文件 {0} 是其他格式的；请更新程序。</translation>
    </message>
    <message>
        <source>The file {0} of the language model contradicts itself; the pack is damaged.</source>
        <translation>语言模型的文件 {0} 自相矛盾；模型包已损坏。</translation>
    </message>
    <message>
        <source>The file {0} of the language model points outside its folder.</source>
        <translation>语言模型的文件 {0} 指向其文件夹之外。</translation>
    </message>
    <message>
        <source>The language model is not a Llama model; this program cannot run it.</source>
        <translation>语言模型不是 Llama 模型；本程序无法运行它。</translation>
    </message>
    <message>
        <source>The language model stretches its positions by &apos;{0}&apos;; this program cannot run it.</source>
        <translation>语言模型用“{0}”扩展位置；本程序无法运行它。</translation>
    </message>
    <message>
        <source>The language model lacks the weights {0}; install the pack again.</source>
        <translation>语言模型缺少权重 {0}；请重新安装模型包。</translation>
    </message>
    <message>
        <source>The weights of the language model cannot be read; install the pack again.</source>
        <translation>语言模型的权重无法读取；请重新安装模型包。</translation>
    </message>
    <message>
        <source>The weights &apos;{0}&apos; of the language model do not fit together.</source>
        <translation>语言模型的权重“{0}”彼此不符。</translation>
    </message>
    <message>
        <source>The weights &apos;{0}&apos; of the language model have the wrong size; install the pack again.</source>
        <translation>语言模型的权重“{0}”大小不对；请重新安装模型包。</translation>
    </message>
    <message>
        <source>The vocabulary of the language model does not fit its weights; install the pack again.</source>
        <translation>语言模型的词表与权重不符；请重新安装模型包。</translation>
    </message>
    <message>
        <source>The speech tokenizer in {0} cannot be loaded; import the pack again.</source>
        <translation>{0} 中的语音编码器无法加载；请重新导入模型包。</translation>
    </message>
    <message>
        <source>{0} is not of a {1} decoder; use a pack made for this program.</source>
        <translation>{0} 不属于 {1} 解码器；请使用为本程序制作的模型包。</translation>
    </message>
    <message>
        <source>{0} cannot be read; install the pack again.</source>
        <translation>{0} 无法读取；请重新安装模型包。</translation>
    </message>
    <message>
        <source>{0} is damaged; install the pack again.</source>
        <translation>{0} 已损坏；请重新安装模型包。</translation>
    </message>
    <message>
        <source>{0} is missing or damaged; install the pack again.</source>
        <translation>{0} 缺失或已损坏；请重新安装模型包。</translation>
    </message>
    <message>
        <source>{0} holds numbers that are not finite; install the pack again.</source>
        <translation>{0} 含有非有限的数值；请重新安装模型包。</translation>
    </message>
    <message>
        <source>The scorecard {0} cannot be read; check that you may read it.</source>
        <translation>成绩单 {0} 无法读取；请检查您是否有权读取它。</translation>
    </message>
    <message>
        <source>The scorecard {0} is damaged or of a newer version; run cslm eval --into-pack again.</source>
        <translation>成绩单 {0} 已损坏或来自更新的版本；请重新运行 cslm eval --into-pack。</translation>
    </message>
    <message>
        <source>No microphone was found; plug one in, or type your question.</source>
        <translation>没有找到麦克风；请接上一个，或者输入您的问题。</translation>
    </message>
    <message>
        <source>No loudspeaker was found; plug one in. Replies are shown as text meanwhile.</source>
        <translation>没有找到扬声器；请接上一个。在此期间回答以文字显示。</translation>
    </message>
    <message>
        <source>The {0} “{1}” is not there. Using the {2} “{3}” until it returns.</source>
        <translation>{0}“{1}”不在了。在它恢复之前使用{2}“{3}”。</translation>
    </message>
    <message>
        <source>The {0} “{1}” is there again.</source>
        <translation>{0}“{1}”又可用了。</translation>
    </message>
    <message>
        <source>The {0} “{1}” cannot be opened ({2}); check that no other program keeps it, or choose another one.</source>
        <translation>{0}“{1}”无法打开（{2}）；请检查是否被其他程序占用，或选择另一个。</translation>
    </message>
    <message>
        <source>The {0} “{1}” cannot be opened ({2}); check that no other program keeps it, or choose another one. Using the {3} “{4}” until it returns.</source>
        <translation>{0}“{1}”无法打开（{2}）；请检查是否被其他程序占用，或选择另一个。在它恢复之前使用{3}“{4}”。</translation>
    </message>
    <message>
        <source>“{0}” went away; using the {1} “{2}” from now on.</source>
        <translation>“{0}”已断开；现在使用{1}“{2}”。</translation>
    </message>
    <message>
        <source>The system&apos;s {0} is “{1}” now.</source>
        <translation>系统的{0}现在是“{1}”。</translation>
    </message>
    <message>
        <source>The system has no sound devices; plug one in or start the audio server.</source>
        <translation>系统没有声音设备；请接上一个或启动音频服务。</translation>
    </message>
    <message>
        <source>The system&apos;s sound cannot be used ({0}); is an audio server running?</source>
        <translation>无法使用系统的声音（{0}）；音频服务在运行吗？</translation>
    </message>
    <message>
        <source>The PortAudio library is missing; install libportaudio2 and try again.</source>
        <translation>缺少 PortAudio 库；请安装 libportaudio2 后重试。</translation>
    </message>
    <message>
        <source>The part of the program that opens sound devices is missing; install the program again.</source>
        <translation>程序中用于打开声音设备的部分缺失；请重新安装程序。</translation>
    </message>
    <message>
        <source>Hearing cannot be loaded; install the program again, and type your questions meanwhile.</source>
        <translation>无法加载听音部分；请重新安装程序，在此期间可以打字提问。</translation>
    </message>
    <message>
        <source>The sound failed unexpectedly and is opened again; if that goes on, restart the program.</source>
        <translation>声音意外中断，正在重新打开；如果一直这样，请重启程序。</translation>
    </message>
    <message>
        <source>The microphone is muted; unmute it to talk.</source>
        <translation>麦克风已静音；取消静音后再说话。</translation>
    </message>
    <message>
        <source>The file that tells speech from noise is missing; install the program again.</source>
        <translation>缺少用来区分语音和噪声的文件；请重新安装程序。</translation>
    </message>
    <message>
        <source>There is no microphone to measure with; plug one in and unmute it.</source>
        <translation>没有可用于测量的麦克风；请接上一个并取消静音。</translation>
    </message>
    <message>
        <source>There is no loudspeaker to measure with; plug one in.</source>
        <translation>没有可用于测量的扬声器；请接上一个。</translation>
    </message>
    <message>
        <source>The measurement was ended.</source>
        <translation>测量已结束。</translation>
    </message>
    <message>
        <source>There is no microphone to record with; plug one in and unmute it.</source>
        <translation>没有可用于录音的麦克风；请接上一个并取消静音。</translation>
    </message>
    <message>
        <source>The microphone is in use by a measurement; wait a few seconds and try again.</source>
        <translation>麦克风正用于测量；请等几秒后再试。</translation>
    </message>
    <message>
        <source>No sound comes from the microphone; choose another one and try again.</source>
        <translation>麦克风没有声音；请选择另一个再试。</translation>
    </message>
    <message>
        <source>The microphone gives only zeros; allow the program to use it in the system&apos;s settings.</source>
        <translation>麦克风只给出零；请在系统设置中允许程序使用它。</translation>
    </message>
    <message>
        <source>Nothing was played; choose another loudspeaker and try again.</source>
        <translation>什么也没有播放；请选择另一个扬声器再试。</translation>
    </message>
    <message>
        <source>The microphone does not hear the loudspeaker (headphones, or far away): you can interrupt at any time.</source>
        <translation>麦克风听不到扬声器的声音（戴着耳机或距离较远）：您可以随时打断。</translation>
    </message>
    <message>
        <source>The echo is too faint to be taken for a voice, so you can interrupt at any time.</source>
        <translation>回声很弱，不会被当作人声，因此您可以随时打断。</translation>
    </message>
    <message>
        <source>The loudspeaker is so loud that it overloads the microphone, which rests while a reply is spoken; turn the volume down and measure again.</source>
        <translation>扬声器音量过大，使麦克风过载，因此播放回答时麦克风会休息；请调低音量后重新测量。</translation>
    </message>
    <message>
        <source>The echo is taken out well ({0} dB), so you can interrupt at any time.</source>
        <translation>回声消除得很好（{0} dB），因此您可以随时打断。</translation>
    </message>
    <message>
        <source>Part of the echo remains ({0} dB are taken out): interruptions must be clear and last a moment.</source>
        <translation>仍有部分回声（已消除 {0} dB）：打断时要说得清楚，并持续片刻。</translation>
    </message>
    <message>
        <source>The echo cannot be taken out ({0} dB), so the microphone rests while a reply is spoken.</source>
        <translation>无法消除回声（{0} dB），因此播放回答时麦克风会休息。</translation>
    </message>
    <message>
        <source>Something in the program went wrong; press Stop and ask again, or restart the program if it goes on.</source>
        <translation>程序出了问题；请按停止后重新提问，如果一直这样，请重启程序。</translation>
    </message>
    <message>
        <source>This conversation does not exist any more; choose another one.</source>
        <translation>这个对话已不存在；请选择另一个。</translation>
    </message>
    <message>
        <source>This conversation does not exist any more; begin a new one.</source>
        <translation>这个对话已不存在；请开始一个新的。</translation>
    </message>
    <message>
        <source>This turn does not exist any more; choose another one.</source>
        <translation>这一轮已不存在；请选择另一轮。</translation>
    </message>
    <message>
        <source>The conversation could not be stored or read: {0}.</source>
        <translation>对话无法保存或读取：{0}。</translation>
    </message>
    <message>
        <source>the disk is full; free some space</source>
        <translation>磁盘已满；请腾出一些空间</translation>
    </message>
    <message>
        <source>the file may not be written to; check its permissions</source>
        <translation>没有写入该文件的权限；请检查它的权限设置</translation>
    </message>
    <message>
        <source>another program uses the file; close that</source>
        <translation>另一个程序正在使用该文件；请关闭那个程序</translation>
    </message>
    <message>
        <source>the file is damaged; start the program again, it will set the file aside</source>
        <translation>该文件已损坏；请重新启动程序，它会把该文件另存到一边</translation>
    </message>
    <message>
        <source>the disk does not answer; check it</source>
        <translation>磁盘没有响应；请检查磁盘</translation>
    </message>
    <message>
        <source>{0}; start the program again</source>
        <translation>{0}；请重新启动程序</translation>
    </message>
    <message>
        <source>The conversations in {0} cannot be used ({1}); new ones are kept only while the program runs.</source>
        <translation>{0} 中的对话无法使用（{1}）；新对话只在程序运行期间保留。</translation>
    </message>
    <message>
        <source>The conversations in {0} are of a newer version of the program and stay as they are; until you update it, new conversations are kept only while it runs.</source>
        <translation>{0} 中的对话来自更新版本的程序，会保持原样；在您更新程序之前，新对话只在程序运行期间保留。</translation>
    </message>
    <message>
        <source>The file of the conversations was damaged and has been set aside as {0}; {1} questions in {2} conversations could be read and are kept.</source>
        <translation>对话文件已损坏，已另存为 {0}；其中 {2} 个对话的 {1} 个问题还能读出，已保留。</translation>
    </message>
    <message>
        <source>There is nothing in this conversation yet; ask something first.</source>
        <translation>这个对话里还没有内容；请先提问。</translation>
    </message>
    <message>
        <source>No sound is stored of this conversation; export it as text.</source>
        <translation>这个对话没有保存声音；请导出为文本。</translation>
    </message>
    <message>
        <source>The settings could not be saved in {0}: {1}.</source>
        <translation>设置无法保存到 {0}：{1}。</translation>
    </message>
    <message>
        <source>The settings in {0} cannot be read ({1}); the defaults are used.</source>
        <translation>{0} 中的设置无法读取（{1}）；使用默认值。</translation>
    </message>
    <message>
        <source>The settings in {0} are broken and stay there ({1}); the defaults are used.</source>
        <translation>{0} 中的设置已损坏，仍留在原处（{1}）；使用默认值。</translation>
    </message>
    <message>
        <source>The settings in {0} could not be read ({1}); the file has been set aside as {2} and the defaults are used.</source>
        <translation>{0} 中的设置无法读取（{1}）；该文件已另存为 {2}，使用默认值。</translation>
    </message>
    <message>
        <source>it is larger than settings can be</source>
        <translation>它太大，不可能是设置文件</translation>
    </message>
    <message>
        <source>it is not UTF-8 text</source>
        <translation>它不是 UTF-8 文本</translation>
    </message>
    <message>
        <source>it is not TOML</source>
        <translation>它不是 TOML</translation>
    </message>
    <message>
        <source>{0} in {1} cannot be used as it is; the default is used instead.</source>
        <translation>{1} 中的 {0} 无法照原样使用；改用默认值。</translation>
    </message>
    <message>
        <source>This installation has no trainer; install the project from its source.</source>
        <translation>这次安装没有训练程序；请从源代码安装本项目。</translation>
    </message>
    <message>
        <source>The training could not be started ({0}); try again.</source>
        <translation>训练无法启动（{0}）；请重试。</translation>
    </message>
    <message>
        <source>The folder {0} could not be made; check the disk and your rights.</source>
        <translation>文件夹 {0} 无法创建；请检查磁盘和您的权限。</translation>
    </message>
    <message>
        <source>{0} cannot be used ({1}); check the disk.</source>
        <translation>{0} 无法使用（{1}）；请检查磁盘。</translation>
    </message>
    <message>
        <source>{0} cannot be read; run this step again.</source>
        <translation>{0} 无法读取；请重新运行此步骤。</translation>
    </message>
    <message>
        <source>Say who speaks first: the name keeps a voice out of the test that it is trained on.</source>
        <translation>请先填写是谁在说话：有了名字，用于训练的声音就不会进入测试。</translation>
    </message>
    <message>
        <source>The take could not be noted in {0} ({1}); free some space, try again.</source>
        <translation>录音无法记入 {0}（{1}）；请腾出一些空间后重试。</translation>
    </message>
    <message>
        <source>{0}, {1}</source>
        <translation>{0}、{1}</translation>
    </message>
    <message>
        <source>{0}; {1}</source>
        <translation>{0}；{1}</translation>
    </message>
    <message>
        <source>{0}: {1}</source>
        <translation>{0}：{1}</translation>
    </message>
    <message>
        <source>{0} ({1})</source>
        <translation>{0}（{1}）</translation>
    </message>
    <message>
        <source>{0}.</source>
        <translation>{0}。</translation>
    </message>
    <message>
        <source>No such file or directory</source>
        <translation>没有这个文件或文件夹</translation>
    </message>
    <message>
        <source>Permission denied</source>
        <translation>没有权限</translation>
    </message>
    <message>
        <source>No space left on device</source>
        <translation>磁盘没有剩余空间</translation>
    </message>
    <message>
        <source>Disk quota exceeded</source>
        <translation>磁盘配额已用完</translation>
    </message>
    <message>
        <source>Read-only file system</source>
        <translation>文件系统是只读的</translation>
    </message>
    <message>
        <source>Input/output error</source>
        <translation>输入输出错误</translation>
    </message>
    <message>
        <source>Is a directory</source>
        <translation>它是文件夹</translation>
    </message>
    <message>
        <source>Not a directory</source>
        <translation>它不是文件夹</translation>
    </message>
    <message>
        <source>File name too long</source>
        <translation>文件名太长</translation>
    </message>
    <message>
        <source>{0} seconds</source>
        <translation>{0} 秒</translation>
    </message>
    <message>
        <source>{0} minutes</source>
        <translation>{0} 分钟</translation>
    </message>
    <message>
        <source>{0} hours</source>
        <translation>{0} 小时</translation>
    </message>
    <message>
        <source>one voice</source>
        <translation>1 个声音</translation>
    </message>
    <message>
        <source>{0} voices</source>
        <translation>{0} 个声音</translation>
    </message>
    <message>
        <source>{0}, line {1}</source>
        <translation>{0}，第 {1} 行</translation>
    </message>
    <message>
        <source>line {0}</source>
        <translation>第 {0} 行</translation>
    </message>
    <message>
        <source>{0}, unit {1}</source>
        <translation>{0}，第 {1} 个单元</translation>
    </message>
    <message>
        <source>draft {0}</source>
        <translation>草稿 {0}</translation>
    </message>
    <message>
        <source>{0}; put that right</source>
        <translation>{0}；请排除该问题</translation>
    </message>
    <message>
        <source>process {0}: gate</source>
        <translation>进程 {0}：检验会不会说</translation>
    </message>
    <message>
        <source>process {0}: plan</source>
        <translation>进程 {0}：制定计划</translation>
    </message>
    <message>
        <source>process {0}: train</source>
        <translation>进程 {0}：训练</translation>
    </message>
    <message>
        <source>process {0}: scorecard</source>
        <translation>进程 {0}：制作成绩单</translation>
    </message>
    <message>
        <source>process {0}: install</source>
        <translation>进程 {0}：安装</translation>
    </message>
    <message>
        <source>process {0}: change options</source>
        <translation>进程 {0}：更改选项</translation>
    </message>
    <message>
        <source>process {0}: note the base pack</source>
        <translation>进程 {0}：登记基础包</translation>
    </message>
    <message>
        <source>process {0}: reading {1}</source>
        <translation>进程 {0}：读取 {1}</translation>
    </message>
    <message>
        <source>process {0}: listening to {1}</source>
        <translation>进程 {0}：听取 {1}</translation>
    </message>
    <message>
        <source>process {0}: checking the corpus</source>
        <translation>进程 {0}：检查语料库</translation>
    </message>
    <message>
        <source>another process</source>
        <translation>另一个进程</translation>
    </message>
    <message>
        <source>The job {0} is in use by {1}; wait until that has ended, or stop it, and try again.</source>
        <translation>任务 {0} 正在使用中（{1}）；请等它结束，或停止它，然后重试。</translation>
    </message>
    <message>
        <source>The job {0} is in use; wait until that has ended, or stop it, and try again.</source>
        <translation>任务 {0} 正在使用中；请等对方结束，或停止它，然后重试。</translation>
    </message>
    <message>
        <source>The job folder {0} may not be written to; choose another place.</source>
        <translation>没有写入任务文件夹 {0} 的权限；请选择其他位置。</translation>
    </message>
    <message>
        <source>The job folder {0} cannot be written to: {1} and try again.</source>
        <translation>任务文件夹 {0} 无法写入：{1}，然后重试。</translation>
    </message>
    <message>
        <source>{0} ({1}) will be taught to the pack {2}.</source>
        <translation>将把{0}（{1}）教给模型包 {2}。</translation>
    </message>
    <message>
        <source>Its record is damaged; do this step again.</source>
        <translation>此步骤的记录已损坏；请重做这一步。</translation>
    </message>
    <message>
        <source>It was interrupted; it can go on where it was.</source>
        <translation>它被中断了；可以从中断处继续。</translation>
    </message>
    <message>
        <source>It was stopped; what was taken in until then is kept.</source>
        <translation>已停止；此前导入的内容会保留。</translation>
    </message>
    <message>
        <source>{0} is not an empty folder; name a new one for the job.</source>
        <translation>{0} 不是空文件夹；请为任务指定一个新文件夹。</translation>
    </message>
    <message>
        <source>The job folder {0} could not be made; choose another place.</source>
        <translation>任务文件夹 {0} 无法创建；请选择其他位置。</translation>
    </message>
    <message>
        <source>{0} is not a job folder; begin one with `cslm-trainer language new`.</source>
        <translation>{0} 不是任务文件夹；请开始一个新任务。</translation>
    </message>
    <message>
        <source>{0} is damaged: it is not TOML; put back a copy of it.</source>
        <translation>{0} 已损坏：它不是 TOML；请用备份恢复它。</translation>
    </message>
    <message>
        <source>{0} is damaged: it does not say its version; put back a copy of it.</source>
        <translation>{0} 已损坏：它没有写明版本；请用备份恢复它。</translation>
    </message>
    <message>
        <source>{0} is damaged: {1}; put back a copy of it.</source>
        <translation>{0} 已损坏：{1}；请用备份恢复它。</translation>
    </message>
    <message>
        <source>The job {0} is from a newer version of the program (format {1}, this one knows {2}); update the program.</source>
        <translation>任务 {0} 来自更新版本的程序（格式 {1}，本程序支持 {2}）；请更新程序。</translation>
    </message>
    <message>
        <source>The base pack {0} of the job is not at {1} any more; put it back, or say where it is with `cslm-trainer language base`.</source>
        <translation>任务的基础包 {0} 已不在 {1}；请把它放回原处，或用 `cslm-trainer language base` 指明它在哪里。</translation>
    </message>
    <message>
        <source>The base pack has changed since the job was begun ({0}, now {1}); put back the old one, or go on with this one (`cslm-trainer language base --another`).</source>
        <translation>任务开始后基础包变了（原为 {0}，现为 {1}）；请恢复原来的，或改用现在的继续（`cslm-trainer language base --another`）。</translation>
    </message>
    <message>
        <source>{0} is a language pack; name the pack that it adds to as the base.</source>
        <translation>{0} 是语言包；请把它所扩展的模型包作为基础包。</translation>
    </message>
    <message>
        <source>The pack {0} knows {1} already; choose another language.</source>
        <translation>模型包 {0} 已经会{1}；请选择另一种语言。</translation>
    </message>
    <message>
        <source>The pack {0} knows {1} already ({2}, of which {3} is a form); choose another language.</source>
        <translation>模型包 {0} 已经会{1}（{3} 是 {2} 的一种形式）；请选择另一种语言。</translation>
    </message>
    <message>
        <source>The pack {0} does not know {1}; bridge to one of {2}.</source>
        <translation>模型包 {0} 不会 {1}；桥接语言请从 {2} 中选择。</translation>
    </message>
    <message>
        <source>{0} is not UTF-8 text; save it as UTF-8 and try again.</source>
        <translation>{0} 不是 UTF-8 文本；请存为 UTF-8 后重试。</translation>
    </message>
    <message>
        <source>Line {0} of {1} is not JSON; correct or delete that line.</source>
        <translation>{1} 的第 {0} 行不是 JSON；请改正或删除该行。</translation>
    </message>
    <message>
        <source>Line {0} of {1} is no JSON object; correct or delete that line.</source>
        <translation>{1} 的第 {0} 行不是 JSON 对象；请改正或删除该行。</translation>
    </message>
    <message>
        <source>The disk is full, so {0} cannot grow; free some space and resume.</source>
        <translation>磁盘已满，{0} 无法继续写入；请腾出一些空间后恢复。</translation>
    </message>
    <message>
        <source>{0} cannot be written ({1}); put that right and resume.</source>
        <translation>{0} 无法写入（{1}）；请排除该问题后恢复。</translation>
    </message>
    <message>
        <source>There is not enough memory for this; close other programs and try again.</source>
        <translation>内存不够；请关闭其他程序后重试。</translation>
    </message>
    <message>
        <source>The disk is full; free some space and try again.</source>
        <translation>磁盘已满；请腾出一些空间后重试。</translation>
    </message>
    <message>
        <source>The disk is full ({0}); free some space and try again.</source>
        <translation>磁盘已满（{0}）；请腾出一些空间后重试。</translation>
    </message>
    <message>
        <source>{0}; put that right and try again.</source>
        <translation>{0}；请排除该问题后重试。</translation>
    </message>
    <message>
        <source>{0} is damaged; delete it and try again.</source>
        <translation>{0} 已损坏；请删除它后重试。</translation>
    </message>
    <message>
        <source>Nobody knows the language code {0}; that of {1} is {2}.</source>
        <translation>没有 {0} 这个语言代码；{1}的代码是 {2}。</translation>
    </message>
    <message>
        <source>Nobody knows the language code {0}; take an ISO 639 code such as es, yue or kab.</source>
        <translation>没有 {0} 这个语言代码；请用 ISO 639 代码，如 es、yue 或 kab。</translation>
    </message>
    <message>
        <source>The script {0} of {1} is not one of {2}; leave it out.</source>
        <translation>{1} 中的文字代码 {0} 不在以下之列：{2}；请去掉它。</translation>
    </message>
    <message>
        <source>The script {0} is not known; the scripts are {1}.</source>
        <translation>没有文字代码 {0}；可用的有 {1}。</translation>
    </message>
    <message>
        <source>Numbers cannot be read out in {0}: rows with digits are left out; write them in words.</source>
        <translation>无法用{0}读出数字：带数字的行不会采用；请把数字写成文字。</translation>
    </message>
    <message>
        <source>Errors are counted in characters, as words are not set apart in this script.</source>
        <translation>错误按字计数，因为这种文字的词与词之间没有间隔。</translation>
    </message>
    <message>
        <source>{0} is usually written in {1}, here in {2}.</source>
        <translation>{0}通常用 {1} 文字书写，这里用 {2}。</translation>
    </message>
    <message>
        <source>Reading {0}.</source>
        <translation>正在读取 {0}。</translation>
    </message>
    <message>
        <source>Reading {0}: {1}.</source>
        <translation>正在读取 {0}：{1}。</translation>
    </message>
    <message>
        <source>Listening to {0}.</source>
        <translation>正在听取 {0}。</translation>
    </message>
    <message>
        <source>Listening to {0}: {1}.</source>
        <translation>正在听取 {0}：{1}。</translation>
    </message>
    <message>
        <source>Checking the corpus.</source>
        <translation>正在检查语料库。</translation>
    </message>
    <message>
        <source>{0} of {1} rows of {2} were taken in.</source>
        <translation>{2} 的 {1} 行中已导入 {0} 行。</translation>
    </message>
    <message>
        <source>{0} of {1} rows of {2} were taken in, {3} were there already.</source>
        <translation>{2} 的 {1} 行中已导入 {0} 行，{3} 行原已存在。</translation>
    </message>
    <message>
        <source>{0} of {1} rows of {2} were taken in; {3} were rejected ({4}).</source>
        <translation>{2} 的 {1} 行中已导入 {0} 行；{3} 行被拒绝（{4}）。</translation>
    </message>
    <message>
        <source>{0} of {1} rows of {2} were taken in, {3} were there already; {4} were rejected ({5}).</source>
        <translation>{2} 的 {1} 行中已导入 {0} 行，{3} 行原已存在；{4} 行被拒绝（{5}）。</translation>
    </message>
    <message>
        <source>None of the {0} rows of {1} can be used: {2}.</source>
        <translation>{1} 的 {0} 行都无法使用：{2}。</translation>
    </message>
    <message>
        <source>{0} has no rows; name a corpus with speech in it.</source>
        <translation>{0} 中一行也没有；请选择含有语音的语料库。</translation>
    </message>
    <message>
        <source>{0} utterances ({1}, {2}) are usable, {3} are rejected; {4} are for training, {5} for watching it, {6} for the test.</source>
        <translation>可用语句 {0} 条（{1}，{2}），被拒绝 {3} 条；其中 {4} 条用于训练，{5} 条用于观察训练，{6} 条留作测试。</translation>
    </message>
    <message>
        <source>{0} utterances ({1}, {2}) are usable, {3} are rejected; {4} are for training, {5} for watching it, {6} for the test, {7} left out.</source>
        <translation>可用语句 {0} 条（{1}，{2}），被拒绝 {3} 条；其中 {4} 条用于训练，{5} 条用于观察训练，{6} 条留作测试，{7} 条未采用。</translation>
    </message>
    <message>
        <source>There is no speech yet.</source>
        <translation>还没有语音。</translation>
    </message>
    <message>
        <source>There is one voice only: the test tells how well this voice is understood, not how others are.</source>
        <translation>只有一个声音：测试只能说明这个声音听懂得如何，不能说明其他声音。</translation>
    </message>
    <message>
        <source>Nothing can be kept for a test, because all speech is of one person; add another voice, or allow a test with the same voice (--one-voice).</source>
        <translation>所有语音都来自同一个人，因此无法留出测试；请再添加一个声音，或勾选下面的选项，允许用同一个声音测试。</translation>
    </message>
    <message>
        <source>There are only {0} voices: one is kept for the test, none for watching the training.</source>
        <translation>只有 {0} 个声音：一个留作测试，没有用于观察训练的。</translation>
    </message>
    <message>
        <source>Left out so that no text of the test is trained on: {0}.</source>
        <translation>为了不训练测试中的文字而未采用：{0} 条。</translation>
    </message>
    <message>
        <source>{0} utterance was rejected: the text is not found in the sound.</source>
        <translation>{0} 条语句被拒绝：在声音中找不到相应的文字。</translation>
    </message>
    <message>
        <source>{0} utterances were rejected: the text is not found in the sound.</source>
        <translation>{0} 条语句被拒绝：在声音中找不到相应的文字。</translation>
    </message>
    <message>
        <source>The detector of speech is missing from faster-whisper; install that package again.</source>
        <translation>faster-whisper 中缺少语音检测器；请重新安装该软件包。</translation>
    </message>
    <message>
        <source>There is no format {0}; there are {1}.</source>
        <translation>没有格式 {0}；可用的有 {1}。</translation>
    </message>
    <message>
        <source>{0} is no speech corpus in a known shape; it needs a validated.tsv with clips, a metadata.csv or .jsonl, a manifest.jsonl, or sound files with texts of the same name.</source>
        <translation>{0} 不是已知形式的语音语料库；需要 validated.tsv 和 clips 文件夹、metadata.csv 或 .jsonl、manifest.jsonl，或带同名文本的音频文件。</translation>
    </message>
    <message>
        <source>{0} has no metadata.csv or metadata.jsonl; an AudioFolder has one beside the sound.</source>
        <translation>{0} 中没有 metadata.csv 或 metadata.jsonl；AudioFolder 的声音旁边应有其中一个。</translation>
    </message>
    <message>
        <source>{0} needs the columns file_name and text (or transcription), but has {1}; rename them.</source>
        <translation>{0} 需要列 file_name 和 text（或 transcription），现有的是 {1}；请改列名。</translation>
    </message>
    <message>
        <source>{0} has not the columns of Common Voice (client_id, path, sentence), but {1}; take the {2} of the download.</source>
        <translation>{0} 没有 Common Voice 的列（client_id、path、sentence），现有的是 {1}；请用下载内容中的 {2}。</translation>
    </message>
    <message>
        <source>{0} has no {1}; export the corrections from the application first.</source>
        <translation>{0} 中没有 {1}；请先从应用程序导出更正。</translation>
    </message>
    <message>
        <source>Corrections are given away only with consent; tick the box, or leave them out.</source>
        <translation>更正只有经过同意才会给出；请勾选同意，或不要使用它们。</translation>
    </message>
    <message>
        <source>{0} has no manifest.jsonl (nor just one other .jsonl file); name the file itself.</source>
        <translation>{0} 中没有 manifest.jsonl（也不是只有一个其他 .jsonl 文件）；请直接选择该文件。</translation>
    </message>
    <message>
        <source>{0} needs `audio` and `text` in its lines, but has {1}; rename them.</source>
        <translation>{0} 的每行需要 `audio` 和 `text`，现有的是 {1}；请改名。</translation>
    </message>
    <message>
        <source>no JSON objects</source>
        <translation>不是 JSON 对象的内容</translation>
    </message>
    <message>
        <source>{0} has no metadata.csv; LJSpeech has one with lines like `name|text`.</source>
        <translation>{0} 中没有 metadata.csv；LJSpeech 应有这个文件，每行形如 `name|text`。</translation>
    </message>
    <message>
        <source>{0} has no lines like `name|text`; check that it is the table of the corpus.</source>
        <translation>{0} 中没有形如 `name|text` 的行；请检查它是不是语料库的表格。</translation>
    </message>
    <message>
        <source>{0} is not a folder; name the folder with the sound files.</source>
        <translation>{0} 不是文件夹；请选择音频文件所在的文件夹。</translation>
    </message>
    <message>
        <source>There is no sound file in {0}; name the folder with the sound files.</source>
        <translation>{0} 中没有音频文件；请选择音频文件所在的文件夹。</translation>
    </message>
    <message>
        <source>Nothing is recorded without the speaker&apos;s consent; ask for it and tick the box.</source>
        <translation>未经说话人同意不会录音；请征得同意并勾选。</translation>
    </message>
    <message>
        <source>There is nothing to read; add sentences or dialogues first.</source>
        <translation>没有可读的内容；请先添加句子或对话。</translation>
    </message>
    <message>
        <source>{0} has no {1} and {2}; it was not made by the prompt reader.</source>
        <translation>{0} 中没有 {1} 和 {2}；它不是由朗读功能生成的。</translation>
    </message>
    <message>
        <source>{0} cannot be read; check that it exists and that you may read it.</source>
        <translation>{0} 无法读取；请检查它是否存在以及您是否有权读取它。</translation>
    </message>
    <message>
        <source>{0} is larger than {1} GB; split it.</source>
        <translation>{0} 大于 {1} GB；请把它拆分。</translation>
    </message>
    <message>
        <source>{0} is damaged UTF-16 text; save it as UTF-8 and try again.</source>
        <translation>{0} 是损坏的 UTF-16 文本；请存为 UTF-8 后重试。</translation>
    </message>
    <message>
        <source>{0} is not a text file; name the file with the texts.</source>
        <translation>{0} 不是文本文件；请选择含有文字的文件。</translation>
    </message>
    <message>
        <source>{0} is empty; name a file with rows.</source>
        <translation>{0} 是空的；请选择有内容的文件。</translation>
    </message>
    <message>
        <source>{0} has no column {1}; fill in the sheet that the program wrote, and keep its first line.</source>
        <translation>{0} 没有列 {1}；请填写程序写出的表格，并保留第一行。</translation>
    </message>
    <message>
        <source>the row has not the columns of the others</source>
        <translation>这一行的列与其他行不同</translation>
    </message>
    <message>
        <source>the row is not UTF-8 text</source>
        <translation>这一行不是 UTF-8 文本</translation>
    </message>
    <message>
        <source>the name of the sound file, or of a folder above it, is not UTF-8; rename it</source>
        <translation>音频文件或其上级文件夹的名称不是 UTF-8；请改名</translation>
    </message>
    <message>
        <source>the sound file does not exist</source>
        <translation>音频文件不存在</translation>
    </message>
    <message>
        <source>the path leads out of the folder</source>
        <translation>路径指向文件夹之外</translation>
    </message>
    <message>
        <source>the sound file cannot be read</source>
        <translation>音频文件无法读取</translation>
    </message>
    <message>
        <source>the sound is shorter than the row says</source>
        <translation>声音比这一行写的短</translation>
    </message>
    <message>
        <source>there is no text</source>
        <translation>没有文字</translation>
    </message>
    <message>
        <source>the text is too long for one utterance</source>
        <translation>文字太长，不像一条语句</translation>
    </message>
    <message>
        <source>the text is not in the script of the language</source>
        <translation>文字不是用这种语言的文字书写的</translation>
    </message>
    <message>
        <source>the text has digits that cannot be read out; write them in words</source>
        <translation>文字中有无法读出的数字；请把它们写成文字</translation>
    </message>
    <message>
        <source>the text has signs that nobody reads aloud</source>
        <translation>文字中有没人会读出来的符号</translation>
    </message>
    <message>
        <source>the row says that it is in another language</source>
        <translation>这一行注明是另一种语言</translation>
    </message>
    <message>
        <source>the speaker has not agreed to its use</source>
        <translation>说话人没有同意使用</translation>
    </message>
    <message>
        <source>listeners found that the text is not what is said</source>
        <translation>听者认为文字与所说的不符</translation>
    </message>
    <message>
        <source>the sound is too short</source>
        <translation>声音太短</translation>
    </message>
    <message>
        <source>the sound is too long</source>
        <translation>声音太长</translation>
    </message>
    <message>
        <source>nothing is to be heard</source>
        <translation>什么也听不到</translation>
    </message>
    <message>
        <source>there is sound, but nobody speaks</source>
        <translation>有声音，但没有人说话</translation>
    </message>
    <message>
        <source>the sound is distorted: it was recorded too loud</source>
        <translation>声音失真：录音时音量过大</translation>
    </message>
    <message>
        <source>the text does not fit the sound: nobody speaks so fast or so slowly</source>
        <translation>文字与声音不符：没有人说得这么快或这么慢</translation>
    </message>
    <message>
        <source>the text does not fit the sound: its phonemes are not found in it</source>
        <translation>文字与声音不符：在声音中找不到相应的音素</translation>
    </message>
    <message>
        <source>two people speak in one file</source>
        <translation>一个文件里有两个人说话</translation>
    </message>
    <message>
        <source>the same sound is there already</source>
        <translation>同样的声音已经有了</translation>
    </message>
    <message>
        <source>the same person says the same text already</source>
        <translation>同一个人已经说过同样的文字</translation>
    </message>
    <message>
        <source>both sides are the same</source>
        <translation>两边相同</translation>
    </message>
    <message>
        <source>one side is far longer than the other</source>
        <translation>一边比另一边长得多</translation>
    </message>
    <message>
        <source>the same pair is there already</source>
        <translation>同样的句对已经有了</translation>
    </message>
    <message>
        <source>the bundled set has no entry of this name</source>
        <translation>自带的对话中没有这个名称的条目</translation>
    </message>
    <message>
        <source>the answer has none of its key facts</source>
        <translation>回答中没有任何关键信息</translation>
    </message>
    <message>
        <source>the same text is kept for the test</source>
        <translation>同样的文字已留作测试</translation>
    </message>
    <message>
        <source>the voice is kept for the test, this text is trained on</source>
        <translation>这个声音留作测试，而这段文字用于训练</translation>
    </message>
    <message>
        <source>{0} columns instead of {1}</source>
        <translation>有 {0} 列，应为 {1} 列</translation>
    </message>
    <message>
        <source>{0} columns instead of 2 or 3</source>
        <translation>有 {0} 列，应为 2 列或 3 列</translation>
    </message>
    <message>
        <source>no JSON</source>
        <translation>不是 JSON</translation>
    </message>
    <message>
        <source>no JSON object</source>
        <translation>不是 JSON 对象</translation>
    </message>
    <message>
        <source>no sound file is named</source>
        <translation>没有写明音频文件</translation>
    </message>
    <message>
        <source>start and end are no times in order</source>
        <translation>开始和结束不是先后有序的时间</translation>
    </message>
    <message>
        <source>{0} s, at least {1}</source>
        <translation>{0} 秒，至少需要 {1} 秒</translation>
    </message>
    <message>
        <source>{0} s, at most {1}</source>
        <translation>{0} 秒，最多 {1} 秒</translation>
    </message>
    <message>
        <source>voices of about {0} and {1} Hz</source>
        <translation>约 {0} Hz 和 {1} Hz 的两个声音</translation>
    </message>
    <message>
        <source>its rows name different speakers</source>
        <translation>它的各行写的是不同的说话人</translation>
    </message>
    <message>
        <source>{0} letters in {1} s</source>
        <translation>{1} 秒内有 {0} 个字母</translation>
    </message>
    <message>
        <source>{0} letters a second, unlike the rest</source>
        <translation>每秒 {0} 个字母，与其余的不同</translation>
    </message>
    <message>
        <source>alignment {0}, at least {1}</source>
        <translation>对齐得分 {0}，至少需要 {1}</translation>
    </message>
    <message>
        <source>the same sound is there already (as {0})</source>
        <translation>同样的声音已经有了（即 {0}）</translation>
    </message>
    <message>
        <source>There is no sound file in {0}; name a recording, or a folder of them.</source>
        <translation>{0} 中没有音频文件；请选择一段录音，或存放录音的文件夹。</translation>
    </message>
    <message>
        <source>{0} was cut into {1} pieces ({2} minutes). Correct the drafts of their texts before they are used.</source>
        <translation>{0} 已切成 {1} 段（{2} 分钟）。请先更正各段文字的草稿，再使用它们。</translation>
    </message>
    <message>
        <source>{0} was cut into {1} pieces ({2} minutes); {3} recordings were rejected ({4}). Correct the drafts of their texts before they are used.</source>
        <translation>{0} 已切成 {1} 段（{2} 分钟）；{3} 段录音被拒绝（{4}）。请先更正各段文字的草稿，再使用它们。</translation>
    </message>
    <message>
        <source>None of the {0} recordings of {1} can be used: {2}.</source>
        <translation>{1} 的 {0} 段录音都无法使用：{2}。</translation>
    </message>
    <message>
        <source>There are no drafts; add a recording without a text first.</source>
        <translation>没有草稿；请先添加一段没有文字的录音。</translation>
    </message>
    <message>
        <source>There are no drafts with a text; add a recording without a text first.</source>
        <translation>没有带文字的草稿；请先添加一段没有文字的录音。</translation>
    </message>
    <message>
        <source>No text of {0} can be taken in; fill in the column `text`.</source>
        <translation>{0} 中没有可导入的文字；请填写 `text` 列。</translation>
    </message>
    <message>
        <source>No text of {0} can be taken in; {1} of its rows are of no draft of this job; fill in the column `text`.</source>
        <translation>{0} 中没有可导入的文字；其中 {1} 行不属于此任务的草稿；请填写 `text` 列。</translation>
    </message>
    <message>
        <source>Whisper does not know {0}; cut the recordings without it (--transcribe none) and write the texts into the sheet.</source>
        <translation>Whisper 不会{0}；请不用它来切分录音（在 Whisper 一栏填 none），并把文字写进表格。</translation>
    </message>
    <message>
        <source>{0} is no folder with a Whisper model; check the name.</source>
        <translation>{0} 不是 Whisper 模型的文件夹；请检查名称。</translation>
    </message>
    <message>
        <source>The Whisper model {0} could not be loaded; name a folder with one, or go online to download it.</source>
        <translation>Whisper 模型 {0} 无法加载；请指定模型的文件夹，或联网下载。</translation>
    </message>
    <message>
        <source>Whisper could not be opened from {0}; name a faster-whisper folder.</source>
        <translation>无法从 {0} 打开 Whisper；请指定 faster-whisper 模型的文件夹。</translation>
    </message>
    <message>
        <source>{0} is not a folder; name a faster-whisper folder.</source>
        <translation>{0} 不是文件夹；请指定 faster-whisper 模型的文件夹。</translation>
    </message>
    <message>
        <source>There are {0} translations, and {1} kinds of questions with answers.</source>
        <translation>有 {0} 条翻译，以及 {1} 种带回答的问题。</translation>
    </message>
    <message>
        <source>{0} pairs of {1} were taken in.</source>
        <translation>已从 {1} 导入 {0} 个句对。</translation>
    </message>
    <message>
        <source>{0} pairs of {1} were taken in, {2} were there already.</source>
        <translation>已从 {1} 导入 {0} 个句对，{2} 个原已存在。</translation>
    </message>
    <message>
        <source>{0} pairs of {1} were taken in; {2} were rejected ({3}).</source>
        <translation>已从 {1} 导入 {0} 个句对；{2} 个被拒绝（{3}）。</translation>
    </message>
    <message>
        <source>{0} pairs of {1} were taken in, {2} were there already; {3} were rejected ({4}).</source>
        <translation>已从 {1} 导入 {0} 个句对，{2} 个原已存在；{3} 个被拒绝（{4}）。</translation>
    </message>
    <message>
        <source>None of the {0} pairs of {1} can be used: {2}.</source>
        <translation>{1} 的 {0} 个句对都无法使用：{2}。</translation>
    </message>
    <message>
        <source>there are none</source>
        <translation>一个也没有</translation>
    </message>
    <message>
        <source>The pack {0} does not know {1}; translations lead to one of {2}.</source>
        <translation>模型包 {0} 不会 {1}；翻译必须通向 {2} 之一。</translation>
    </message>
    <message>
        <source>{0} does not say which column is {1} and which {2}: write the codes in its first line, or name them in order (--columns {3},{4}).</source>
        <translation>{0} 没有说明哪一列是 {1}、哪一列是 {2}：请在第一行写上代码，或在“列”一栏按顺序写明（{3},{4}）。</translation>
    </message>
    <message>
        <source>{0} has {1} lines and {2} {3}; line by line they must be translations of each other.</source>
        <translation>{0} 有 {1} 行，{2} {3} 行；它们必须逐行互为翻译。</translation>
    </message>
    <message>
        <source>{0} is no table of translations (.tsv, .csv, .tmx, .jsonl), and for two files of lines {1}.{2} is missing beside it.</source>
        <translation>{0} 不是翻译表格（.tsv、.csv、.tmx、.jsonl）；若是逐行对应的两个文件，则旁边缺少 {1}.{2}。</translation>
    </message>
    <message>
        <source>{0} defines XML entities, which can blow a small file up until the memory is full; it was not read.</source>
        <translation>{0} 定义了 XML 实体，这能让小文件膨胀到占满内存；没有读取它。</translation>
    </message>
    <message>
        <source>{0} is damaged after what was read ({1}); get it again.</source>
        <translation>{0} 在已读部分之后损坏（{1}）；请重新获取它。</translation>
    </message>
    <message>
        <source>{0} is XML, but not TMX; name a file of translations.</source>
        <translation>{0} 是 XML，但不是 TMX；请选择翻译文件。</translation>
    </message>
    <message>
        <source>{0} entries of {1} were taken in.</source>
        <translation>已从 {1} 导入 {0} 个条目。</translation>
    </message>
    <message>
        <source>{0} entries of {1} were taken in; {2} were rejected.</source>
        <translation>已从 {1} 导入 {0} 个条目；{2} 个被拒绝。</translation>
    </message>
    <message>
        <source>Nothing in {0} could be taken in; fill in the column `translation`.</source>
        <translation>{0} 中没有可导入的内容；请填写 `translation` 列。</translation>
    </message>
    <message>
        <source>Nothing in {0} could be taken in ({1} ({2}): {3}.); fill in the column `translation`.</source>
        <translation>{0} 中没有可导入的内容（{1}，{2}：{3}）；请填写 `translation` 列。</translation>
    </message>
    <message>
        <source>There is nothing to read aloud; add translations or dialogues first.</source>
        <translation>没有可朗读的内容；请先添加翻译或对话。</translation>
    </message>
    <message>
        <source>The pack is listening to the language and repeating it.</source>
        <translation>模型包正在听这种语言并复述。</translation>
    </message>
    <message>
        <source>The pack can speak {0}: what it repeats can be understood ({1}).</source>
        <translation>模型包会说{0}：它复述的内容听得懂（{1}）。</translation>
    </message>
    <message>
        <source>The pack cannot speak {0} well yet ({1}); listen to the pairs before you train.</source>
        <translation>模型包还说不好{0}（{1}）；请先听一听这些对照，再开始训练。</translation>
    </message>
    <message>
        <source>{0} of the words are wrong after it, {1} before</source>
        <translation>复述后有 {0} 的词出错，复述前 {1}</translation>
    </message>
    <message>
        <source>{0} of the letters are wrong after it, {1} before</source>
        <translation>复述后有 {0} 的字母出错，复述前 {1}</translation>
    </message>
    <message>
        <source>The letters of {0} are hard to hear for this pack ({1} are wrong): more or cleaner speech is needed, or a tokenizer that was trained on the language.</source>
        <translation>这个模型包很难听清{0}的字母（{1} 听错）：需要更多或更干净的语音，或者用这种语言训练过的语音编码器。</translation>
    </message>
    <message>
        <source>The pack speaks {0} at {1} of its length; {2}.</source>
        <translation>模型包说{0}的时长是应有的 {1}；{2}。</translation>
    </message>
    <message>
        <source>more speech would help its durations</source>
        <translation>有更多语音，时长会更准</translation>
    </message>
    <message>
        <source>its durations should be adapted</source>
        <translation>应当调整它的时长</translation>
    </message>
    <message>
        <source>The decoder does not speak {0} well ({1}).</source>
        <translation>解码器说不好{0}（{1}）。</translation>
    </message>
    <message>
        <source>The tokenizer was adapted: its units lose {0} of the letters; it was {1}.</source>
        <translation>已调整语音编码器：它的单元丢失 {0} 的字母，此前为 {1}。</translation>
    </message>
    <message>
        <source>The decoder was adapted: the error of its sound went from {0} to {1}.</source>
        <translation>已调整解码器：声音的误差从 {0} 变为 {1}。</translation>
    </message>
    <message>
        <source>The duration predictor was adapted: its error went from {0} to {1}.</source>
        <translation>已调整时长预测：误差从 {0} 变为 {1}。</translation>
    </message>
    <message>
        <source>Before that {0} of the words were wrong in what it repeated.</source>
        <translation>在此之前，它复述的内容有 {0} 的词出错。</translation>
    </message>
    <message>
        <source>Before that {0} of the letters were wrong in what it repeated.</source>
        <translation>在此之前，它复述的内容有 {0} 的字母出错。</translation>
    </message>
    <message>
        <source>Whisper mishears {0} of the words in the recordings of {1}, after whom the language will be read aloud; speech that is better understood helps more than any training.</source>
        <translation>{1}的录音中有 {0} 的词被 Whisper 听错，而朗读正要学其发音；换用更容易听清的录音，比任何训练都有用。</translation>
    </message>
    <message>
        <source>None of the recordings could be used for the gate; check the speech once more.</source>
        <translation>没有一段录音可以用来检验；请重新检查语音。</translation>
    </message>
    <message>
        <source>There is no speech to train on; take some in first with `cslm-trainer language speech`.</source>
        <translation>没有可用于训练的语音；请先在“语音”一步导入。</translation>
    </message>
    <message>
        <source>No recording of the corpus can be read; take its speech in again.</source>
        <translation>语料库中的录音都无法读取；请重新导入语音。</translation>
    </message>
    <message>
        <source>Languages are taught to packs with a tokenizer of the kind &apos;whisper-vq&apos;, not &apos;{0}&apos;.</source>
        <translation>只能教语音编码器类型为“whisper-vq”的模型包学语言，不能是“{0}”。</translation>
    </message>
    <message>
        <source>{0} cannot be read; delete it and begin the step again.</source>
        <translation>{0} 无法读取；请删除它，重新开始这一步。</translation>
    </message>
    <message>
        <source>{0} is of another base pack; delete it and begin the step again.</source>
        <translation>{0} 属于另一个基础包；请删除它，重新开始这一步。</translation>
    </message>
    <message>
        <source>A few steps are being tried.</source>
        <translation>正在试运行几步。</translation>
    </message>
    <message>
        <source>{0} steps on {1}, about {2}: {3} ({4} M parameters) are trained, with {5} GB of memory and {6} GB of disk.</source>
        <translation>在 {1} 上训练 {0} 步，约需 {2}：训练{3}（{4} M 参数），需要 {5} GB 内存和 {6} GB 磁盘。</translation>
    </message>
    <message>
        <source>an adapter and new rows</source>
        <translation>适配器和新的嵌入行</translation>
    </message>
    <message>
        <source>all weights</source>
        <translation>全部权重</translation>
    </message>
    <message>
        <source>The base pack&apos;s languages are kept by replay of {0}.</source>
        <translation>靠重放{0}来保持基础包的语言。</translation>
    </message>
    <message>
        <source>its own corpora</source>
        <translation>它自己的语料库</translation>
    </message>
    <message>
        <source>{0} sentences that it reads itself</source>
        <translation>它自己朗读的 {0} 个句子</translation>
    </message>
    <message>
        <source>what it was taught with and of {0} sentences that it reads itself</source>
        <translation>它学过的内容和它自己朗读的 {0} 个句子</translation>
    </message>
    <message>
        <source>It goes on from what was learnt before ({0}).</source>
        <translation>从以前学到的内容继续（{0}）。</translation>
    </message>
    <message>
        <source>That is nearly all the memory there is: close other programs, or train with a smaller &apos;row&apos;.</source>
        <translation>这几乎是全部内存：请关闭其他程序，或用较小的“row”训练。</translation>
    </message>
    <message>
        <source>The disk has only {0} GB free: make room before you begin.</source>
        <translation>磁盘只剩 {0} GB：请先腾出空间再开始。</translation>
    </message>
    <message>
        <source>The training was begun already, and its plan stands; to train again, on from what was learnt, say `plan --again` (in the window: “Train again”).</source>
        <translation>训练已经开始，计划不再改变；要从已学到的内容继续再次训练，请按“再次训练”。</translation>
    </message>
    <message>
        <source>{0} hours are no time to train in; give a number above zero.</source>
        <translation>{0} 小时无法用来训练；请给出大于零的数。</translation>
    </message>
    <message>
        <source>The training could not be set aside ({0}); put that right and try again.</source>
        <translation>无法把这次训练放到一旁（{0}）；请排除该问题后重试。</translation>
    </message>
    <message>
        <source>The training cannot be set up: {0}.</source>
        <translation>训练无法设置：{0}。</translation>
    </message>
    <message>
        <source>The training cannot be set up: {0} is not valid.</source>
        <translation>训练无法设置：{0} 无效。</translation>
    </message>
    <message>
        <source>method, replay_share, within or sft_steps</source>
        <translation>method、replay_share、within 或 sft_steps</translation>
    </message>
    <message>
        <source>{0} is damaged; plan the training again (`plan --again`).</source>
        <translation>{0} 已损坏；请重新规划训练（“再次训练”）。</translation>
    </message>
    <message>
        <source>{0} is damaged; delete it and plan the training again (`plan --again`).</source>
        <translation>{0} 已损坏；请删除它，然后重新规划训练（“再次训练”）。</translation>
    </message>
    <message>
        <source>{0} holds what it should not ({1}); install the program again.</source>
        <translation>{0} 中有不该有的内容（{1}）；请重新安装程序。</translation>
    </message>
    <message>
        <source>{0} is damaged; install the program again.</source>
        <translation>{0} 已损坏；请重新安装程序。</translation>
    </message>
    <message>
        <source>{0} cannot be written ({1}); make room on the disk.</source>
        <translation>{0} 无法写入（{1}）；请腾出磁盘空间。</translation>
    </message>
    <message>
        <source>{0} is no corpus with units; take it out of the job&apos;s option &apos;replay&apos;.</source>
        <translation>{0} 不是带语音单元的语料库；请把它从任务的选项“replay”中去掉。</translation>
    </message>
    <message>
        <source>Only base packs whose head is their embedding can be taught here; take another one.</source>
        <translation>这里只能教输出层与嵌入共用的基础包；请换用另一个。</translation>
    </message>
    <message>
        <source>What the training is to go on from is of another language, or has another rank or scale; choose those, or begin without it.</source>
        <translation>要接着训练的内容属于另一种语言，或者 rank 或 scale 不同；请选用相同的，或从头开始。</translation>
    </message>
    <message>
        <source>The training is being prepared.</source>
        <translation>正在准备训练。</translation>
    </message>
    <message>
        <source>Preparing: {0}.</source>
        <translation>正在准备：{0}。</translation>
    </message>
    <message>
        <source>listening</source>
        <translation>听取语音</translation>
    </message>
    <message>
        <source>letters, loss {0}</source>
        <translation>学习字母，损失 {0}</translation>
    </message>
    <message>
        <source>units</source>
        <translation>语音单元</translation>
    </message>
    <message>
        <source>rehearsing</source>
        <translation>复习以前会的内容</translation>
    </message>
    <message>
        <source>Step {0} of {1}, loss {2}.</source>
        <translation>第 {0} 步，共 {1} 步，损失 {2}。</translation>
    </message>
    <message>
        <source>It is paused.</source>
        <translation>已暂停。</translation>
    </message>
    <message>
        <source>It was stopped and saved; it can be resumed.</source>
        <translation>已停止并保存；之后可以恢复。</translation>
    </message>
    <message>
        <source>It was stopped and saved at step {0} of {1}; it can be resumed.</source>
        <translation>已在第 {0} 步停止并保存，共 {1} 步；之后可以恢复。</translation>
    </message>
    <message>
        <source>The training has come to its end.</source>
        <translation>训练已完成。</translation>
    </message>
    <message>
        <source>{0} steps, {1} tokens in {2} minutes.</source>
        <translation>用 {2} 分钟训练了 {0} 步，{1} 个词元。</translation>
    </message>
    <message>
        <source>A sample could not be spoken: {0}</source>
        <translation>有一个样例没能说出来：{0}</translation>
    </message>
    <message>
        <source>The checkpoint of step {0} was damaged; the training goes on from step {1}.</source>
        <translation>第 {0} 步的检查点已损坏；训练从第 {1} 步继续。</translation>
    </message>
    <message>
        <source>There was not enough memory: from step {0} on {1} rows are computed at once and their gradients accumulated; the result is the same.</source>
        <translation>内存不够：从第 {0} 步起每次计算 {1} 行并累积梯度；结果相同。</translation>
    </message>
    <message>
        <source>The training was interrupted; it goes on from its last checkpoint.</source>
        <translation>训练被中断；它会从最近的检查点继续。</translation>
    </message>
    <message>
        <source>There is not enough memory for this training; close other programs and resume, or plan it again (`plan --again`) with a smaller &apos;row&apos; or &apos;rank&apos;.</source>
        <translation>内存不够，无法进行这次训练；请关闭其他程序后恢复，或用较小的“row”或“rank”重新规划（“再次训练”）。</translation>
    </message>
    <message>
        <source>There is not enough memory even for one row at a time; close other programs, or begin with a smaller &apos;row&apos;.</source>
        <translation>内存连每次计算一行都不够；请关闭其他程序，或用较小的“row”开始。</translation>
    </message>
    <message>
        <source>The loss is no number any more at step {0}; resume with a smaller learning rate (peak).</source>
        <translation>在第 {0} 步损失不再是数字；请用较小的学习率（peak）恢复。</translation>
    </message>
    <message>
        <source>The base pack has changed since the training was begun; plan it again (`plan --again`).</source>
        <translation>训练开始后基础包变了；请重新规划训练（“再次训练”）。</translation>
    </message>
    <message>
        <source>The corpus or the texts have changed since the training was begun, so that it cannot go on as it was; put them back, or plan it again (`plan --again`): it then goes on from what it has learnt.</source>
        <translation>训练开始后语料库或文字变了，因此无法照原样继续；请恢复原状，或重新规划（“再次训练”）：这样会从已学到的内容继续。</translation>
    </message>
    <message>
        <source>The checkpoints are of another corpus or other settings; plan the training again (`plan --again`).</source>
        <translation>检查点属于另一个语料库或其他设置；请重新规划训练（“再次训练”）。</translation>
    </message>
    <message>
        <source>All checkpoints in {0} are damaged; plan the training again (`plan --again`).</source>
        <translation>{0} 中的检查点都已损坏；请重新规划训练（“再次训练”）。</translation>
    </message>
    <message>
        <source>The disk is full, so the training stopped; {0}. Free some space and resume.</source>
        <translation>磁盘已满，训练停止了；{0}。请腾出一些空间后恢复。</translation>
    </message>
    <message>
        <source>A checkpoint could not be written ({0}), so the training stopped; {1}. Put that right and resume.</source>
        <translation>检查点无法写入（{0}），训练停止了；{1}。请排除该问题后恢复。</translation>
    </message>
    <message>
        <source>the checkpoint of step {0} is kept</source>
        <translation>第 {0} 步的检查点已保留</translation>
    </message>
    <message>
        <source>there was none before</source>
        <translation>此前没有检查点</translation>
    </message>
    <message>
        <source>There is no speech with a text to train on; take some in first.</source>
        <translation>没有带文字的语音可供训练；请先导入。</translation>
    </message>
    <message>
        <source>Hardly any example fits into {0} tokens; train with longer rows.</source>
        <translation>几乎没有样例能放进 {0} 个词元；请用更长的行训练。</translation>
    </message>
    <message>
        <source>Line {0} of {1} is damaged; delete it and start again.</source>
        <translation>{1} 的第 {0} 行已损坏；请删除它后重新开始。</translation>
    </message>
    <message>
        <source>{0} is missing; give a folder that has it.</source>
        <translation>缺少 {0}；请指定含有它的文件夹。</translation>
    </message>
    <message>
        <source>The mixture has no task for which there is material; name more corpora.</source>
        <translation>没有可用来混合训练的材料；请指定更多语料库。</translation>
    </message>
    <message>
        <source>Hardly any example fits a row of {0} tokens; take longer.</source>
        <translation>几乎没有样例能放进 {0} 个词元的行；请用更长的行。</translation>
    </message>
    <message>
        <source>The units of {0} are malformed; make units.jsonl again.</source>
        <translation>{0} 的语音单元格式不对；请重新生成 units.jsonl。</translation>
    </message>
    <message>
        <source>The units of {0} are out of range; make units.jsonl again.</source>
        <translation>{0} 的语音单元超出范围；请重新生成 units.jsonl。</translation>
    </message>
    <message>
        <source>The units of {0} do not fit its sound; make units.jsonl again.</source>
        <translation>{0} 的语音单元与声音不符；请重新生成 units.jsonl。</translation>
    </message>
    <message>
        <source>{0} is not a whole test set ({1}); make it again.</source>
        <translation>{0} 不是完整的测试集（{1}）；请重新制作。</translation>
    </message>
    <message>
        <source>The pack is being measured.</source>
        <translation>正在测量模型包。</translation>
    </message>
    <message>
        <source>Nothing was measured of how well it hears {0}: there is no speech that was kept for the test.</source>
        <translation>没有测量它听{0}听得如何：没有留作测试的语音。</translation>
    </message>
    <message>
        <source>It hears {0} well: {1} of the words are wrong.</source>
        <translation>它听{0}听得很好：{1} 的词听错。</translation>
    </message>
    <message>
        <source>It hears {0} fairly: {1} of the words are wrong.</source>
        <translation>它听{0}听得一般：{1} 的词听错。</translation>
    </message>
    <message>
        <source>It hears {0} badly: {1} of the words are wrong; more speech or a longer training is needed.</source>
        <translation>它听{0}听得不好：{1} 的词听错；需要更多语音或更长的训练。</translation>
    </message>
    <message>
        <source>How well its {0} can be understood was not judged: {1}; listen to it.</source>
        <translation>没有评判它说的{0}是否听得懂：{1}；请自己听一听。</translation>
    </message>
    <message>
        <source>Whisper does not know {0}</source>
        <translation>Whisper 不会{0}</translation>
    </message>
    <message>
        <source>Whisper was not there</source>
        <translation>没有 Whisper</translation>
    </message>
    <message>
        <source>It speaks {0} well: {1} of the words are misheard by Whisper.</source>
        <translation>它说{0}说得很好：{1} 的词被 Whisper 听错。</translation>
    </message>
    <message>
        <source>It speaks {0} fairly: {1} of the words are misheard by Whisper.</source>
        <translation>它说{0}说得一般：{1} 的词被 Whisper 听错。</translation>
    </message>
    <message>
        <source>It speaks {0} badly: {1} of the words are misheard by Whisper.</source>
        <translation>它说{0}说得不好：{1} 的词被 Whisper 听错。</translation>
    </message>
    <message>
        <source>It answers in the language that is asked for ({0} in the worst direction).</source>
        <translation>它用所要求的语言回答（最差的方向 {0}）。</translation>
    </message>
    <message>
        <source>It often answers in another language or not at all ({0} right in the worst direction); train turns longer.</source>
        <translation>它常用别的语言回答，或者不回答（最差的方向只有 {0} 正确）；请把对话训练得更久。</translation>
    </message>
    <message>
        <source>Whether its answers make sense was not judged: there are no questions with known answers to ask.</source>
        <translation>没有评判它的回答是否合理：没有已知答案的问题可问。</translation>
    </message>
    <message>
        <source>Its answers make sense: {0} of them, {1} in the worst direction.</source>
        <translation>它的回答合理：合理的占 {0}，最差的方向 {1}。</translation>
    </message>
    <message>
        <source>Its answers often make sense: {0} of them, {1} in the worst direction.</source>
        <translation>它的回答多半合理：合理的占 {0}，最差的方向 {1}。</translation>
    </message>
    <message>
        <source>Its answers seldom make sense: {0} of them, {1} in the worst direction; more questions with answers, or a longer training of turns, are needed.</source>
        <translation>它的回答很少合理：合理的占 {0}，最差的方向 {1}；需要更多带回答的问题，或把对话训练得更久。</translation>
    </message>
    <message>
        <source>Its answers hardly ever make sense: {0} of them, {1} in the worst direction; more questions with answers, or a longer training of turns, are needed.</source>
        <translation>它的回答几乎都不合理：合理的占 {0}，最差的方向 {1}；需要更多带回答的问题，或把对话训练得更久。</translation>
    </message>
    <message>
        <source>It answered every question.</source>
        <translation>它回答了每一个问题。</translation>
    </message>
    <message>
        <source>It seldom says nothing: to {0} of the questions, {1} in the worst direction.</source>
        <translation>它很少不作声：占问题的 {0}，最差的方向 {1}。</translation>
    </message>
    <message>
        <source>It sometimes says nothing: to {0} of the questions, {1} in the worst direction.</source>
        <translation>它有时不作声：占问题的 {0}，最差的方向 {1}。</translation>
    </message>
    <message>
        <source>It often says nothing: to {0} of the questions, {1} in the worst direction.</source>
        <translation>它经常不作声：占问题的 {0}，最差的方向 {1}。</translation>
    </message>
    <message>
        <source>Nothing was forgotten: the languages it knew before are as good as they were.</source>
        <translation>没有遗忘：它以前会的语言和原来一样好。</translation>
    </message>
    <message>
        <source>Little was forgotten: at most {0}, in {1}.</source>
        <translation>遗忘很少：最多变差 {0}（{1}）。</translation>
    </message>
    <message>
        <source>It has forgotten: {0} is {1} worse; train with more replay.</source>
        <translation>有所遗忘：{0}变差了 {1}；请用更多重放来训练。</translation>
    </message>
    <message>
        <source>recognition in {0}</source>
        <translation>{0}的识别</translation>
    </message>
    <message>
        <source>reading aloud in {0}</source>
        <translation>{0}的朗读</translation>
    </message>
    <message>
        <source>answers in {0}</source>
        <translation>{0}回答</translation>
    </message>
    <message>
        <source>answering in {0} when asked in it</source>
        <translation>用{0}提问时用同一语言回答</translation>
    </message>
    <message>
        <source>the speech of answers in {0}</source>
        <translation>{0}回答的语音</translation>
    </message>
    <message>
        <source>answers in {0} to questions in {1}</source>
        <translation>对{1}问题的{0}回答</translation>
    </message>
    <message>
        <source>answering in {0} when asked in {1}</source>
        <translation>用{1}提问时用{0}回答</translation>
    </message>
    <message>
        <source>the speech of answers in {0} to questions in {1}</source>
        <translation>对{1}问题的{0}回答的语音</translation>
    </message>
    <message>
        <source>It is about as good as version {0}, which is in use.</source>
        <translation>它与正在使用的版本 {0} 差不多。</translation>
    </message>
    <message>
        <source>Compared with version {0}, which is in use, better: {1}.</source>
        <translation>与正在使用的版本 {0} 相比，变好的有：{1}。</translation>
    </message>
    <message>
        <source>Compared with version {0}, which is in use, better: {1}; worse: {2}.</source>
        <translation>与正在使用的版本 {0} 相比，变好的有：{1}；变差的有：{2}。</translation>
    </message>
    <message>
        <source>Compared with version {0}, which is in use, worse: {1}; keep that one.</source>
        <translation>与正在使用的版本 {0} 相比，变差的有：{1}；请继续用那个版本。</translation>
    </message>
    <message>
        <source>It is about as good as version {0}, which is in use; the two were not asked the same, so this is rough.</source>
        <translation>它与正在使用的版本 {0} 差不多；两者所问的问题不同，因此只能粗略比较。</translation>
    </message>
    <message>
        <source>Compared with version {0}, which is in use, better: {1}; the two were not asked the same, so this is rough.</source>
        <translation>与正在使用的版本 {0} 相比，变好的有：{1}；两者所问的问题不同，因此只能粗略比较。</translation>
    </message>
    <message>
        <source>Compared with version {0}, which is in use, better: {1}; worse: {2}; the two were not asked the same, so this is rough.</source>
        <translation>与正在使用的版本 {0} 相比，变好的有：{1}；变差的有：{2}；两者所问的问题不同，因此只能粗略比较。</translation>
    </message>
    <message>
        <source>Compared with version {0}, which is in use, worse: {1}; the two were not asked the same, so this is rough; keep that one.</source>
        <translation>与正在使用的版本 {0} 相比，变差的有：{1}；两者所问的问题不同，因此只能粗略比较；请继续用那个版本。</translation>
    </message>
    <message>
        <source>{0} ({1} then, {2} now)</source>
        <translation>{0}（当时 {1}，现在 {2}）</translation>
    </message>
    <message>
        <source>misheard words</source>
        <translation>听错的词</translation>
    </message>
    <message>
        <source>words that Whisper mishears</source>
        <translation>Whisper 听错的词</translation>
    </message>
    <message>
        <source>sensible answers</source>
        <translation>合理的回答</translation>
    </message>
    <message>
        <source>answers in the right language</source>
        <translation>用对语言的回答</translation>
    </message>
    <message>
        <source>questions without an answer</source>
        <translation>没有回答的问题</translation>
    </message>
    <message>
        <source>Words misheard, {0}</source>
        <translation>听错的词，{0}</translation>
    </message>
    <message>
        <source>Words that Whisper mishears in its speech, {0}</source>
        <translation>它的语音中被 Whisper 听错的词，{0}</translation>
    </message>
    <message>
        <source>Sensible answers, {0} to {1}</source>
        <translation>合理的回答，{0}问{1}答</translation>
    </message>
    <message>
        <source>Answers in the right language, {0} to {1}</source>
        <translation>用对语言的回答，{0}问{1}答</translation>
    </message>
    <message>
        <source>Speech that does not say its text (ASR-ER), {0} to {1}</source>
        <translation>语音与文字不符（ASR-ER），{0}问{1}答</translation>
    </message>
    <message>
        <source>No answer at all, {0} to {1}</source>
        <translation>完全没有回答，{0}问{1}答</translation>
    </message>
    <message>
        <source>Speech-text similarity, against others</source>
        <translation>语音与文字的相似度（与其他相比）</translation>
    </message>
    <message>
        <source>Forgotten: {0}, worse by</source>
        <translation>遗忘：{0}，变差</translation>
    </message>
    <message>
        <source>ASR {0}, {1}, {2}</source>
        <translation>语音识别 {0}，{1}，{2}</translation>
    </message>
    <message>
        <source>unseen wordings</source>
        <translation>没学过的问法</translation>
    </message>
    <message>
        <source>unseen question types</source>
        <translation>没学过的问题类型</translation>
    </message>
    <message>
        <source>human voice</source>
        <translation>真人声音</translation>
    </message>
    <message>
        <source>  (Whisper on the same questions: {0}, {1})</source>
        <translation>  （Whisper 听同样的问题：{0}，{1}）</translation>
    </message>
    <message>
        <source>TTS {0} by Whisper, {1}</source>
        <translation>朗读 {0}（Whisper 评判），{1}</translation>
    </message>
    <message>
        <source>TTS DNSMOS, {0}</source>
        <translation>朗读 DNSMOS，{0}</translation>
    </message>
    <message>
        <source>sensible answers, {0}, {1}</source>
        <translation>合理的回答，{0}，{1}</translation>
    </message>
    <message>
        <source>same language</source>
        <translation>同一语言</translation>
    </message>
    <message>
        <source>cross-lingual</source>
        <translation>跨语言</translation>
    </message>
    <message>
        <source>  {0} to {1}, {2}: sensible</source>
        <translation>  {0}→{1}，{2}：合理</translation>
    </message>
    <message>
        <source>  {0} to {1}, {2}: TQ {3}</source>
        <translation>  {0}→{1}，{2}：听写 {3}</translation>
    </message>
    <message>
        <source>  {0} to {1}, {2}: ASR-ER</source>
        <translation>  {0}→{1}，{2}：语音与文字不符（ASR-ER）</translation>
    </message>
    <message>
        <source>  {0} to {1}, {2}: wrong language</source>
        <translation>  {0}→{1}，{2}：语言不对</translation>
    </message>
    <message>
        <source>replies in the wrong language, {0}</source>
        <translation>语言不对的回答，{0}</translation>
    </message>
    <message>
        <source>ASR-ER of replies, mean of both languages, {0}</source>
        <translation>回答的 ASR-ER，两种语言平均，{0}</translation>
    </message>
    <message>
        <source>DNSMOS of replies, {0}</source>
        <translation>回答的 DNSMOS，{0}</translation>
    </message>
    <message>
        <source>no reply at all, {0}</source>
        <translation>没有回答，{0}</translation>
    </message>
    <message>
        <source>first text after the question ({0} s on average), median</source>
        <translation>提问结束到首段文字（问题平均 {0} 秒），中位数</translation>
    </message>
    <message>
        <source>first sound after the question ({0} s on average), median</source>
        <translation>提问结束到首个声音（问题平均 {0} 秒），中位数</translation>
    </message>
    <message>
        <source>first sound after the question ({0} s on average), 95th percentile</source>
        <translation>提问结束到首个声音（问题平均 {0} 秒），第 95 百分位</translation>
    </message>
    <message>
        <source>first text after the question, median</source>
        <translation>提问结束到首段文字，中位数</translation>
    </message>
    <message>
        <source>first sound after the question, median</source>
        <translation>提问结束到首个声音，中位数</translation>
    </message>
    <message>
        <source>first sound after the question, 95th percentile</source>
        <translation>提问结束到首个声音，第 95 百分位</translation>
    </message>
    <message>
        <source>reply RTF, mean</source>
        <translation>回答的实时率（RTF），平均</translation>
    </message>
    <message>
        <source>longest pause while it speaks, 95th percentile</source>
        <translation>说话时最长的停顿，第 95 百分位</translation>
    </message>
    <message>
        <source>LM tokens a second, mean</source>
        <translation>语言模型每秒词元数，平均</translation>
    </message>
    <message>
        <source>peak memory of the engine</source>
        <translation>引擎的内存峰值</translation>
    </message>
    <message>
        <source>speech-text similarity, {0} (cosine)</source>
        <translation>语音与文字的相似度，{0}（余弦）</translation>
    </message>
    <message>
        <source>speech-text similarity, {0}, against others</source>
        <translation>语音与文字的相似度，{0}，与其他相比</translation>
    </message>
    <message>
        <source>The language pack is being put together.</source>
        <translation>正在制作语言包。</translation>
    </message>
    <message>
        <source>{0} is installed and in use ({1} MB).</source>
        <translation>{0} 已安装并投入使用（{1} MB）。</translation>
    </message>
    <message>
        <source>The training has not come to its end; run or resume it first.</source>
        <translation>训练还没有完成；请先运行或恢复训练。</translation>
    </message>
    <message>
        <source>The language pack could not be put together: {0}.</source>
        <translation>语言包无法制作：{0}。</translation>
    </message>
    <message>
        <source>The pack {0} is too large for one file.</source>
        <translation>模型包 {0} 太大，无法存成一个文件。</translation>
    </message>
    <message>
        <source>{0} is switched off; it was not in use before.</source>
        <translation>{0} 已停用；此前没有使用过它。</translation>
    </message>
    <message>
        <source>{0} {1} is in use again.</source>
        <translation>{0} {1} 又投入使用了。</translation>
    </message>
    <message>
        <source>There is no language pack &apos;{0}&apos;; `cslm packs list` shows which there are.</source>
        <translation>没有语言包“{0}”；“模型包”页会显示现有的。</translation>
    </message>
    <message>
        <source>There is no language pack &apos;{0}&apos; for the base pack &apos;{1}&apos;; there is one for {2}.</source>
        <translation>没有用于基础包“{1}”的语言包“{0}”；现有的用于 {2}。</translation>
    </message>
    <message>
        <source>not stated</source>
        <translation>未说明</translation>
    </message>
    <message>
        <source>learnt from {0} by cslm-trainer on {1}</source>
        <translation>由 cslm-trainer 在 {1} 上从 {0} 学得</translation>
    </message>
    <message>
        <source>the job&apos;s corpus</source>
        <translation>任务的语料库</translation>
    </message>
    <message>
        <source>{0} is not a readable private key without a password; make one first.</source>
        <translation>{0} 不是可读取的、没有密码的私钥；请先创建一个。</translation>
    </message>
    <message>
        <source>{0} is not an Ed25519 key; make one first.</source>
        <translation>{0} 不是 Ed25519 密钥；请先创建一个。</translation>
    </message>
    <message>
        <source>{0} is there already; a key is not written over.</source>
        <translation>{0} 已经存在；不会覆盖密钥。</translation>
    </message>
</context>
<context>
    <name>SettingsPage</name>
    <message>
        <source>What is changed here is applied and kept at once.</source>
        <translation>这里的改动会立即生效并保存。</translation>
    </message>
    <message>
        <source>Shortcuts</source>
        <translation>快捷键</translation>
    </message>
    <message>
        <source>Reset everything to the defaults…</source>
        <translation>全部恢复默认值…</translation>
    </message>
    <message>
        <source>Set all settings back; conversations, packs and the choice of the pack stay</source>
        <translation>恢复所有设置；对话、模型包和所选的模型包保留</translation>
    </message>
    <message>
        <source>Sound</source>
        <translation>声音</translation>
    </message>
    <message>
        <source>Microphone</source>
        <translation>麦克风</translation>
    </message>
    <message>
        <source>Muted: nothing is listened to</source>
        <translation>静音：不听任何声音</translation>
    </message>
    <message>
        <source>Loudspeaker</source>
        <translation>扬声器</translation>
    </message>
    <message>
        <source>Volume</source>
        <translation>音量</translation>
    </message>
    <message>
        <source>Listening</source>
        <translation>聆听</translation>
    </message>
    <message>
        <source>Hands-free: just speak</source>
        <translation>免提：直接说话</translation>
    </message>
    <message>
        <source>Push to talk: hold a key</source>
        <translation>按键说话：按住一个键</translation>
    </message>
    <message>
        <source>Mode</source>
        <translation>模式</translation>
    </message>
    <message>
        <source>Sensitivity</source>
        <translation>灵敏度</translation>
    </message>
    <message>
        <source>Low: only loud and clear speech begins a question. High: a whisper does.</source>
        <translation>低：只有响亮清晰的话语才会开始提问。高：轻声也可以。</translation>
    </message>
    <message>
        <source> s</source>
        <translation> 秒</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>停顿</translation>
    </message>
    <message>
        <source>So much silence ends a question.</source>
        <translation>静默这么久即视为问题结束。</translation>
    </message>
    <message>
        <source>Full: any speech interrupts</source>
        <translation>全双工：任何说话都会打断</translation>
    </message>
    <message>
        <source>Cautious: loud speech that goes on interrupts</source>
        <translation>谨慎：持续的大声说话才会打断</translation>
    </message>
    <message>
        <source>Half: the microphone rests while it speaks</source>
        <translation>半双工：它说话时麦克风停用</translation>
    </message>
    <message>
        <source>Calibrate…</source>
        <translation>校准…</translation>
    </message>
    <message>
        <source>Measure echo and delay, and choose the mode that fits</source>
        <translation>测量回声和延迟，选择合适的模式</translation>
    </message>
    <message>
        <source>Interrupting</source>
        <translation>打断</translation>
    </message>
    <message>
        <source>Calibrating measures the echo of the loudspeaker and chooses what works here.</source>
        <translation>校准会测量扬声器的回声，并选择适合这里的方式。</translation>
    </message>
    <message>
        <source> ms</source>
        <translation> 毫秒</translation>
    </message>
    <message>
        <source>measured while running</source>
        <translation>运行时测量</translation>
    </message>
    <message>
        <source>Echo delay</source>
        <translation>回声延迟</translation>
    </message>
    <message>
        <source>Cancel the echo of the loudspeaker</source>
        <translation>消除扬声器的回声</translation>
    </message>
    <message>
        <source>Suppress noise</source>
        <translation>抑制噪声</translation>
    </message>
    <message>
        <source>Adjust the level of the microphone automatically</source>
        <translation>自动调节麦克风音量</translation>
    </message>
    <message>
        <source>Conversation</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Packs…</source>
        <translation>模型包…</translation>
    </message>
    <message>
        <source>See and choose packs</source>
        <translation>查看并选择模型包</translation>
    </message>
    <message>
        <source>Pack</source>
        <translation>模型包</translation>
    </message>
    <message>
        <source>Language of questions</source>
        <translation>提问语言</translation>
    </message>
    <message>
        <source>Language of replies</source>
        <translation>回答语言</translation>
    </message>
    <message>
        <source>Speak the replies</source>
        <translation>朗读回答</translation>
    </message>
    <message>
        <source>Keep the sound of questions and replies</source>
        <translation>保留问题和回答的声音</translation>
    </message>
    <message>
        <source>Needed to hear them again after the program was closed.</source>
        <translation>程序关闭后要再次收听就需要它。</translation>
    </message>
    <message>
        <source>New conversations are private</source>
        <translation>新对话为私密</translation>
    </message>
    <message>
        <source>A private conversation is never written to the disk and is gone when the program ends.</source>
        <translation>私密对话从不写入磁盘，程序结束时即消失。</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>外观</translation>
    </message>
    <message>
        <source>Follow the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Language of the window</source>
        <translation>界面语言</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>主题</translation>
    </message>
    <message>
        <source> pt</source>
        <translation> 磅</translation>
    </message>
    <message>
        <source>as the system</source>
        <translation>与系统相同</translation>
    </message>
    <message>
        <source>Size of letters</source>
        <translation>字号</translation>
    </message>
    <message>
        <source>Show an icon in the system&apos;s tray</source>
        <translation>在系统托盘中显示图标</translation>
    </message>
    <message>
        <source>With it the program keeps listening when its window is closed.</source>
        <translation>有了它，窗口关闭后程序仍会继续聆听。</translation>
    </message>
    <message>
        <source>Show below each reply how long it took</source>
        <translation>在每个回答下方显示用时</translation>
    </message>
    <message>
        <source>Advanced</source>
        <translation>高级</translation>
    </message>
    <message>
        <source>as the pack is best used</source>
        <translation>按模型包的最佳设置</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>温度</translation>
    </message>
    <message>
        <source>0: always the likeliest answer. Higher: more variety, more nonsense.</source>
        <translation>0：总是最可能的回答。越高：变化越多，也越可能胡说。</translation>
    </message>
    <message>
        <source>as many as serve</source>
        <translation>按需要</translation>
    </message>
    <message>
        <source>Cores for the model</source>
        <translation>模型使用的核心数</translation>
    </message>
    <message>
        <source>Takes effect when the pack is loaded again.</source>
        <translation>重新加载模型包后生效。</translation>
    </message>
    <message>
        <source>Recognise it</source>
        <translation>自动识别</translation>
    </message>
    <message>
        <source>As the question</source>
        <translation>与问题相同</translation>
    </message>
    <message>
        <source>the first one found</source>
        <translation>找到的第一个</translation>
    </message>
    <message>
        <source>{0} is not there; {1} is used.</source>
        <translation>{0} 不存在；使用 {1}。</translation>
    </message>
    <message>
        <source>Set every setting back to its default? Conversations, packs and the choice of the pack stay.</source>
        <translation>要把每项设置都恢复为默认值吗？对话、模型包和所选的模型包会保留。</translation>
    </message>
    <message>
        <source>Reset the settings</source>
        <translation>重置设置</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>重置</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保留</translation>
    </message>
</context>
<context>
    <name>Shortcuts</name>
    <message>
        <source>Push to talk</source>
        <translation>按键说话</translation>
    </message>
    <message>
        <source>Stop speaking</source>
        <translation>停止说话</translation>
    </message>
    <message>
        <source>Mute the microphone</source>
        <translation>麦克风静音</translation>
    </message>
    <message>
        <source>New conversation</source>
        <translation>新对话</translation>
    </message>
    <message>
        <source>{0} is taken by “{1}”; choose another key.</source>
        <translation>{0} 已被“{1}”占用；请选择其他键。</translation>
    </message>
    <message>
        <source>{0} is used by the window or for editing text; choose another.</source>
        <translation>{0} 已用于窗口或编辑文字；请选择其他键。</translation>
    </message>
    <message>
        <source>{0} is needed for typing; add Ctrl or Alt, or take an F key.</source>
        <translation>{0} 是打字要用的键；请加上 Ctrl 或 Alt，或改用 F 键。</translation>
    </message>
</context>
<context>
    <name>ShortcutsEditor</name>
    <message>
        <source>Press the keys; with none, there is no shortcut.</source>
        <translation>请按键；不按则没有快捷键。</translation>
    </message>
</context>
<context>
    <name>Sidebar</name>
    <message>
        <source>New conversation</source>
        <translation>新对话</translation>
    </message>
    <message>
        <source>New private conversation</source>
        <translation>新的私密对话</translation>
    </message>
    <message>
        <source>A conversation that is not stored</source>
        <translation>不保存的对话</translation>
    </message>
    <message>
        <source>Search conversations</source>
        <translation>搜索对话</translation>
    </message>
    <message>
        <source>Conversations</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Enter opens a conversation, F2 renames it, Delete deletes it, the menu key shows what else there is.</source>
        <translation>回车打开对话，F2 重命名，Delete 删除；菜单键显示其他操作。</translation>
    </message>
    <message>
        <source>Delete…</source>
        <translation>删除…</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>Export as text (Markdown)…</source>
        <translation>导出为文本 (Markdown)…</translation>
    </message>
    <message>
        <source>Export as data (JSON)…</source>
        <translation>导出为数据 (JSON)…</translation>
    </message>
    <message>
        <source>Export the sound (wav)…</source>
        <translation>导出声音 (wav)…</translation>
    </message>
    <message>
        <source>Export the conversation</source>
        <translation>导出对话</translation>
    </message>
    <message>
        <source>The conversation was written to {0}.</source>
        <translation>对话已写入 {0}。</translation>
    </message>
    <message>
        <source>Delete conversation</source>
        <translation>删除对话</translation>
    </message>
    <message>
        <source>Delete “{0}” with all its turns and sounds?</source>
        <translation>要删除“{0}”及其全部轮次和声音吗？</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>SpeechStep</name>
    <message>
        <source>where the source does not say</source>
        <translation>来源没有说明时</translation>
    </message>
    <message>
        <source>Each recording without a speaker may be another person&apos;s</source>
        <translation>没有注明说话人的录音，每段可能是不同的人</translation>
    </message>
    <message>
        <source>Who speaks</source>
        <translation>谁在说话</translation>
    </message>
    <message>
        <source>Take in a folder…</source>
        <translation>导入文件夹…</translation>
    </message>
    <message>
        <source>Common Voice, LJSpeech, AudioFolder, JSON lines, or sound files with texts of the same names. More can be added at any time. No speaker and no recording is ever in both training and test.</source>
        <translation>Common Voice、LJSpeech、AudioFolder、JSON lines，或带同名文本的音频文件。随时可以再添加。任何说话人和录音都不会同时用于训练和测试。</translation>
    </message>
    <message>
        <source>A corpus, or sounds with texts</source>
        <translation>语料库，或带文本的声音</translation>
    </message>
    <message>
        <source>Take in a table…</source>
        <translation>导入表格…</translation>
    </message>
    <message>
        <source>A metadata file that names sound files</source>
        <translation>列出音频文件的元数据文件</translation>
    </message>
    <message>
        <source>Check again</source>
        <translation>重新检查</translation>
    </message>
    <message>
        <source>Look the whole corpus over and divide it anew</source>
        <translation>检查整个语料库并重新划分</translation>
    </message>
    <message>
        <source>There is one voice only: test with the voice that is trained on</source>
        <translation>只有一个声音：用训练所用的声音测试</translation>
    </message>
    <message>
        <source>Long recordings without text</source>
        <translation>没有文字的长录音</translation>
    </message>
    <message>
        <source>They are cut at their pauses and written down by Whisper as drafts, which you correct in a sheet.</source>
        <translation>它们在停顿处切开，由 Whisper 写成草稿，您在表格中更正。</translation>
    </message>
    <message>
        <source>Whisper</source>
        <translation>Whisper</translation>
    </message>
    <message>
        <source>A folder of a faster-whisper model or its size; “none” only cuts, and you write the texts.</source>
        <translation>faster-whisper 模型的文件夹或大小；“none”只切分，文字由您来写。</translation>
    </message>
    <message>
        <source>Cut and write down…</source>
        <translation>切分并转写…</translation>
    </message>
    <message>
        <source>Choose the recordings</source>
        <translation>选择录音</translation>
    </message>
    <message>
        <source>Save the drafts…</source>
        <translation>保存草稿…</translation>
    </message>
    <message>
        <source>Write the drafts as a sheet to correct</source>
        <translation>把草稿写成待更正的表格</translation>
    </message>
    <message>
        <source>Take in the corrected sheet…</source>
        <translation>导入更正后的表格…</translation>
    </message>
    <message>
        <source>Read the texts back</source>
        <translation>读回文字</translation>
    </message>
    <message>
        <source>Take all as they are</source>
        <translation>全部照原样采用</translation>
    </message>
    <message>
        <source>Use the drafts without correcting them</source>
        <translation>不更正就使用草稿</translation>
    </message>
    <message>
        <source>Taken in.</source>
        <translation>已导入。</translation>
    </message>
    <message>
        <source>Speech with its texts</source>
        <translation>带文字的语音</translation>
    </message>
    <message>
        <source>A table that names sound files</source>
        <translation>列出音频文件的表格</translation>
    </message>
    <message>
        <source>Recordings without text</source>
        <translation>没有文字的录音</translation>
    </message>
    <message>
        <source>Save the drafts</source>
        <translation>保存草稿</translation>
    </message>
    <message>
        <source>Written: {0}</source>
        <translation>已写入：{0}</translation>
    </message>
    <message>
        <source>The corrected sheet</source>
        <translation>更正后的表格</translation>
    </message>
</context>
<context>
    <name>State</name>
    <message>
        <source>Starting</source>
        <translation>正在启动</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>就绪</translation>
    </message>
    <message>
        <source>Listening</source>
        <translation>正在聆听</translation>
    </message>
    <message>
        <source>Thinking</source>
        <translation>正在思考</translation>
    </message>
    <message>
        <source>Speaking</source>
        <translation>正在说话</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>Not working</source>
        <translation>无法工作</translation>
    </message>
    <message>
        <source>Muted</source>
        <translation>已静音</translation>
    </message>
    <message>
        <source>{0}, muted</source>
        <translation>{0}（静音）</translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message>
        <source>Hands-free</source>
        <translation>免提</translation>
    </message>
    <message>
        <source>On: just speak. Off: hold the button or the key to talk.</source>
        <translation>开：直接说话。关：按住按钮或按键说话。</translation>
    </message>
    <message>
        <source>The microphone is off; typing works.</source>
        <translation>麦克风已关闭；可以打字。</translation>
    </message>
    <message>
        <source>No microphone; type your question or drop a sound file here.</source>
        <translation>没有麦克风；请输入问题，或把音频文件拖到这里。</translation>
    </message>
    <message>
        <source>Just speak.</source>
        <translation>直接说话即可。</translation>
    </message>
    <message>
        <source>Hold {0} or the button to talk.</source>
        <translation>按住 {0} 或按钮说话。</translation>
    </message>
    <message>
        <source>Hold the button to talk.</source>
        <translation>按住按钮说话。</translation>
    </message>
    <message>
        <source>Speak to interrupt.</source>
        <translation>开口即可打断。</translation>
    </message>
</context>
<context>
    <name>Steps</name>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Speech</source>
        <translation>语音</translation>
    </message>
    <message>
        <source>Translations</source>
        <translation>翻译</translation>
    </message>
    <message>
        <source>Can it speak?</source>
        <translation>它会说吗？</translation>
    </message>
    <message>
        <source>Plan</source>
        <translation>计划</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>训练</translation>
    </message>
    <message>
        <source>Scorecard</source>
        <translation>成绩单</translation>
    </message>
    <message>
        <source>Install</source>
        <translation>安装</translation>
    </message>
    <message>
        <source>an earlier step has changed since</source>
        <translation>之前的步骤已有改动</translation>
    </message>
    <message>
        <source>not begun</source>
        <translation>未开始</translation>
    </message>
    <message>
        <source>running</source>
        <translation>进行中</translation>
    </message>
    <message>
        <source>done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>interrupted</source>
        <translation>已中断</translation>
    </message>
    <message>
        <source>usable utterances</source>
        <translation>可用语句</translation>
    </message>
    <message>
        <source>rejected rows</source>
        <translation>被拒绝的行</translation>
    </message>
    <message>
        <source>seconds of speech</source>
        <translation>语音秒数</translation>
    </message>
    <message>
        <source>speakers</source>
        <translation>说话人</translation>
    </message>
    <message>
        <source>for training</source>
        <translation>用于训练</translation>
    </message>
    <message>
        <source>for watching the training</source>
        <translation>用于观察训练</translation>
    </message>
    <message>
        <source>kept for the test</source>
        <translation>留作测试</translation>
    </message>
    <message>
        <source>left out</source>
        <translation>未采用</translation>
    </message>
    <message>
        <source>translations</source>
        <translation>翻译</translation>
    </message>
    <message>
        <source>kinds of questions</source>
        <translation>问题种类</translation>
    </message>
    <message>
        <source>judged</source>
        <translation>已评判</translation>
    </message>
    <message>
        <source>steps done</source>
        <translation>已完成步数</translation>
    </message>
    <message>
        <source>tokens</source>
        <translation>词元</translation>
    </message>
    <message>
        <source>rows read</source>
        <translation>已读行数</translation>
    </message>
    <message>
        <source>{0}: {1}</source>
        <translation>{0}：{1}</translation>
    </message>
    <message>
        <source>{0} {1}</source>
        <comment>how many, and of what</comment>
        <translation>{1} {0}</translation>
    </message>
</context>
<context>
    <name>Takes</name>
    <message>
        <source>Fine, and kept: {0} dB above the noise.</source>
        <translation>很好，已保留：比噪声高 {0} dB。</translation>
    </message>
    <message>
        <source>The microphone gives only zeros; allow the program to use it in the system&apos;s settings.</source>
        <translation>麦克风只给出零；请在系统设置中允许本程序使用它。</translation>
    </message>
    <message>
        <source>Nothing was heard; check the microphone and read it again.</source>
        <translation>什么也没有听到；请检查麦克风，然后再读一遍。</translation>
    </message>
    <message>
        <source>Too quiet; come closer or turn the microphone up, and read it again.</source>
        <translation>声音太小；请靠近一些或调高麦克风音量，然后再读一遍。</translation>
    </message>
    <message>
        <source>Clipped: it was too loud; turn the microphone down or move away from it, and read it again.</source>
        <translation>声音过大而失真；请调低麦克风音量或离远一些，然后再读一遍。</translation>
    </message>
    <message>
        <source>Too much noise: your voice is only {0} dB above it; find a quieter place and read it again.</source>
        <translation>噪声太大：您的声音只比它高 {0} dB；请找一个更安静的地方，然后再读一遍。</translation>
    </message>
    <message>
        <source>There is sound, but no voice in it; read it again.</source>
        <translation>有声音，但没有人声；请再读一遍。</translation>
    </message>
    <message>
        <source>It sounds as if two people speak; read it again alone.</source>
        <translation>听起来像有两个人在说话；请一个人再读一遍。</translation>
    </message>
    <message>
        <source>Too short; press the button, read the sentence, then press it again.</source>
        <translation>太短；请按下按钮，读完句子，然后再按一次。</translation>
    </message>
    <message>
        <source>Longer than {1} seconds, which is not used; read it without pauses, or skip it.</source>
        <translation>超过 {1} 秒的录音不会使用；请不要停顿地读，或者跳过。</translation>
    </message>
    <message>
        <source>The sentence does not fit what was recorded; read all of it, and stop when it is read.</source>
        <translation>录音与句子不符；请读完整个句子，读完就停止。</translation>
    </message>
</context>
<context>
    <name>TalkButton</name>
    <message>
        <source>End the question</source>
        <translation>结束提问</translation>
    </message>
    <message>
        <source>Talk</source>
        <translation>说话</translation>
    </message>
</context>
<context>
    <name>TextsStep</name>
    <message>
        <source>Pairs of sentences in the new language and one that the pack knows: TSV, CSV, TMX, JSON lines, or two Moses files side by side (choose one of them).</source>
        <translation>新语言与模型包已会语言的句对：TSV、CSV、TMX、JSON lines，或并列的两个 Moses 文件（选择其中一个）。</translation>
    </message>
    <message>
        <source>for a table without a header, such as es,en</source>
        <translation>用于没有表头的表格，如 es,en</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>列</translation>
    </message>
    <message>
        <source>Take in translations…</source>
        <translation>导入翻译…</translation>
    </message>
    <message>
        <source>Everyday questions and answers</source>
        <translation>日常问答</translation>
    </message>
    <message>
        <source>Optional, and what makes it a conversation: fill in the sheet, or a part of it, and take it in.</source>
        <translation>可选，但正是它让对话成为可能：填写表格或其一部分，然后导入。</translation>
    </message>
    <message>
        <source>Save the sheet…</source>
        <translation>保存表格…</translation>
    </message>
    <message>
        <source>Choose a file of them</source>
        <translation>选择一个翻译文件</translation>
    </message>
    <message>
        <source>Write the dialogues as a sheet to fill in</source>
        <translation>把对话写成待填的表格</translation>
    </message>
    <message>
        <source>Take in the filled sheet…</source>
        <translation>导入填好的表格…</translation>
    </message>
    <message>
        <source>Read the translated dialogues back</source>
        <translation>读回翻译好的对话</translation>
    </message>
    <message>
        <source>Taken in; {0} could not be used.</source>
        <translation>已导入；{0} 条无法使用。</translation>
    </message>
    <message>
        <source>Taken in.</source>
        <translation>已导入。</translation>
    </message>
    <message>
        <source>Translations</source>
        <translation>翻译</translation>
    </message>
    <message>
        <source>Save the sheet</source>
        <translation>保存表格</translation>
    </message>
    <message>
        <source>Written: {0}</source>
        <translation>已写入：{0}</translation>
    </message>
    <message>
        <source>The filled sheet</source>
        <translation>填好的表格</translation>
    </message>
</context>
<context>
    <name>TrainingStep</name>
    <message>
        <source>The training runs by itself: this window may be closed, and it goes on. It can be paused, stopped and resumed at any time without losing anything.</source>
        <translation>训练独立运行：即使关闭此窗口也会继续。随时可以暂停、停止和恢复，不会丢失任何东西。</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>Begin the training, or resume it where it was</source>
        <translation>开始训练，或从上次的位置恢复</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Let the training wait, or go on</source>
        <translation>让训练等待，或继续</translation>
    </message>
    <message>
        <source>Stop and save</source>
        <translation>停止并保存</translation>
    </message>
    <message>
        <source>Save the training and end it; it can be resumed</source>
        <translation>保存训练并结束；之后可以恢复</translation>
    </message>
    <message>
        <source>Progress of the training</source>
        <translation>训练进度</translation>
    </message>
    <message>
        <source>How it sounds</source>
        <translation>听起来怎样</translation>
    </message>
    <message>
        <source>sentence</source>
        <translation>句子</translation>
    </message>
    <message>
        <source>step</source>
        <translation>步</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>step {0} of {1}</source>
        <translation>第 {0} 步，共 {1} 步</translation>
    </message>
    <message>
        <source>{0} tokens a second</source>
        <translation>每秒 {0} 个词元</translation>
    </message>
    <message>
        <source>{0} left</source>
        <translation>剩余 {0}</translation>
    </message>
    <message>
        <source>Hear it</source>
        <translation>收听</translation>
    </message>
    <message>
        <source>Curves of the training</source>
        <translation>训练曲线</translation>
    </message>
    <message>
        <source>loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>training</source>
        <translation>训练</translation>
    </message>
    <message>
        <source>{0} (held out)</source>
        <translation>{0}（留出集）</translation>
    </message>
    <message>
        <source>listening, speaking, translating</source>
        <translation>听、说、翻译</translation>
    </message>
    <message>
        <source>answering</source>
        <translation>回答</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>recognition</source>
        <translation>识别</translation>
    </message>
    <message>
        <source>reading aloud</source>
        <translation>朗读</translation>
    </message>
    <message>
        <source>translation</source>
        <translation>翻译</translation>
    </message>
    <message>
        <source>what it knew before</source>
        <translation>以前会的内容</translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message>
        <source>Show the window</source>
        <translation>显示窗口</translation>
    </message>
    <message>
        <source>Mute</source>
        <translation>静音</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
</context>
<context>
    <name>Turn</name>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Answered in {0}, wanted was {1}.</source>
        <translation>回答用了{0}，想要的是{1}。</translation>
    </message>
    <message>
        <source>Ask again in {0}</source>
        <translation>用{0}重新提问</translation>
    </message>
    <message>
        <source>spoken</source>
        <translation>语音</translation>
    </message>
    <message>
        <source>typed</source>
        <translation>键入</translation>
    </message>
    <message>
        <source>from a file</source>
        <translation>来自文件</translation>
    </message>
    <message>
        <source>listening…</source>
        <translation>正在聆听…</translation>
    </message>
    <message>
        <source>corrected; heard was “{0}”</source>
        <translation>已更正；原先听成“{0}”</translation>
    </message>
    <message>
        <source>{0} s of speech</source>
        <translation>语音 {0} 秒</translation>
    </message>
    <message>
        <source>thinking…</source>
        <translation>正在思考…</translation>
    </message>
    <message>
        <source>interrupted; the pale part was not heard</source>
        <translation>被打断；浅色部分没有听到</translation>
    </message>
    <message>
        <source>first sound after {0} s</source>
        <translation>{0} 秒后发声</translation>
    </message>
    <message>
        <source>You asked: {0}</source>
        <translation>您问：{0}</translation>
    </message>
    <message>
        <source>Answer: {0}</source>
        <translation>回答：{0}</translation>
    </message>
</context>
<context>
    <name>TurnActions</name>
    <message>
        <source>What can be done with this turn</source>
        <translation>对这一轮可以做什么</translation>
    </message>
    <message>
        <source>Play the answer again</source>
        <translation>再次播放回答</translation>
    </message>
    <message>
        <source>Play the question</source>
        <translation>播放问题</translation>
    </message>
    <message>
        <source>Copy question and answer</source>
        <translation>复制问题和回答</translation>
    </message>
    <message>
        <source>Correct the question and ask again</source>
        <translation>更正问题并重新提问</translation>
    </message>
    <message>
        <source>Ask again, also in another language</source>
        <translation>重新提问，也可换一种语言</translation>
    </message>
    <message>
        <source>Delete this turn</source>
        <translation>删除这一轮</translation>
    </message>
    <message>
        <source>Languages of the answer</source>
        <translation>回答的语言</translation>
    </message>
    <message>
        <source>In the language of the question</source>
        <translation>用提问的语言</translation>
    </message>
    <message>
        <source>In {0}</source>
        <translation>用{0}</translation>
    </message>
</context>
<context>
    <name>TurnWidget</name>
    <message>
        <source>Enter plays the answer, left and right choose a word of it, E corrects the question.</source>
        <translation>回车播放回答，左右键选择其中的词，E 键更正问题。</translation>
    </message>
    <message>
        <source>Play from here</source>
        <translation>从这里播放</translation>
    </message>
</context>
<context>
    <name>TurnsView</name>
    <message>
        <source>Conversation</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Go to the newest turn</source>
        <translation>转到最新一轮</translation>
    </message>
</context>
<context>
    <name>WaterfallChart</name>
    <message>
        <source>Where the time of each turn went</source>
        <translation>每一轮的时间花在哪里</translation>
    </message>
</context>
<context>
    <name>_Welcome</name>
    <message>
        <source>Ask me something</source>
        <translation>问我点什么吧</translation>
    </message>
    <message>
        <source>This conversation is private: nothing of it is stored.</source>
        <translation>这个对话是私密的：不会保存任何内容。</translation>
    </message>
    <message>
        <source>Speak, type, or drop a sound file here. You can interrupt me at any time.</source>
        <translation>说话、打字，或把音频文件拖到这里。您可以随时打断我。</translation>
    </message>
    <message>
        <source>Ask this question</source>
        <translation>提出这个问题</translation>
    </message>
</context>
</TS>
